# shellcheck shell=bash
# A Debian root for the guest, built without running a line of its code: systemd, Java, a root shell on the serial line, a network.
# Everything in it that is not Debian's stands in guest/.

# Raise when the content of roots, kernels or modules changes: the cache's names carry it.
root_revision=1

root_packages() {
  printf '%s\n' base-files libc-bin coreutils util-linux bash dash mount login passwd libpam-modules libpam-runtime findutils grep sed gawk procps kmod \
    systemd systemd-sysv udev dbus iproute2 netbase openssh-server openssh-sftp-server sudo tar gzip i2c-tools "openjdk-$java-jre-headless"
}

# Units that a guest without a terminal, a real network or installed package scripts only waits for.
masked=(ldconfig systemd-hwdb-update systemd-journal-catalog-update systemd-update-done systemd-random-seed getty@tty1 systemd-firstboot
  systemd-update-utmp systemd-tpm2-setup systemd-tpm2-setup-early systemd-binfmt systemd-journal-flush systemd-networkd-wait-online
  systemd-sysusers systemd-pcrphase systemd-networkd serial-getty@ttyS0 serial-getty@ttyS1 ssh e2scrub_reap)

# Leaves the kernel's exact name in $kernel and its tree in $kernel_tree.
kernel_for() {
  local arch=$1
  build_kernel() {
    local name; name=$(apt_for "$arch" apt-cache depends "linux-image-$arch" | sed -n 's/^ *Depends: *\(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
    [ -n "$name" ] || fail "Debian $suite's package lists name no kernel for $arch"
    fetching "fetching $name, about 95 MB" unpack_package "$arch" "$name" "$1"
    [ -e "$1/lib" ] || ln -s usr/lib "$1/lib"
    printf '%s\n' "${name#linux-image-}" >"$1/version"
    depmod -b "$1" "${name#linux-image-}"
  }
  cached "kernel-$suite-$arch-r$root_revision" build_kernel
  kernel_tree=$made; kernel=$(cat "$made/version")
}

build_root() {
  local r=$1 unit java_home
  mapfile -t packages < <(root_packages)
  fetching "unpacking a Debian $suite root for $arch with Java $java, about 350 MB" extract "$arch" "$r" "${packages[@]}"
  for d in bin sbin lib; do [ -e "$r/$d" ] || ln -s usr/$d "$r/$d"; done
  [ "$arch" != amd64 ] || [ -e "$r/lib64" ] || ln -s usr/lib64 "$r/lib64"
  mkdir -p "$r"/{proc,sys,dev,run,tmp,root,mnt,home,var/lib/systemd,var/log/journal}
  chmod 1777 "$r/tmp"
  [ -e "$r/usr/bin/sh" ] || ln -s dash "$r/usr/bin/sh"
  [ -e "$r/usr/bin/awk" ] || ln -s gawk "$r/usr/bin/awk"
  java_home=$(basename "$(ls -d "$r"/usr/lib/jvm/java-"$java"-openjdk-*)")
  ln -sf "../lib/jvm/$java_home/bin/java" "$r/usr/bin/java"
  cp -R "$here/guest/." "$r/"
  chmod -R go-w "$r/etc/systemd/system"
  chmod 0440 "$r/etc/sudoers.d/pi"
  systemd-sysusers --root="$r" 2>"$cache/sysusers.log" || fail "systemd-sysusers: see $cache/sysusers.log"
  install -d -o 1000 -g 1000 "$r/home/pi"
  install -d "$r/run/sshd" "$r/etc/systemd/system/multi-user.target.wants"
  ssh-keygen -q -t ed25519 -N '' -f "$r/etc/ssh/ssh_host_ed25519_key"
  printf 'b1946ac92492d2347c6235b4d2611184\n' >"$r/etc/machine-id"
  printf 'emulated\n' >"$r/etc/hostname"
  printf '127.0.0.1 localhost emulated\n' >"$r/etc/hosts"
  : >"$r/etc/fstab"
  for unit in "${masked[@]}"; do ln -sf /dev/null "$r/etc/systemd/system/$unit.service"; done
  ln -sf /dev/null "$r/etc/systemd/system/systemd-networkd.socket"
  ln -sf /dev/null "$r/etc/systemd/system/proc-sys-fs-binfmt_misc.automount"
  ln -sf /usr/lib/systemd/system/multi-user.target "$r/etc/systemd/system/default.target"
  for unit in emulation-network emulation-console; do
    ln -sf "/etc/systemd/system/$unit.service" "$r/etc/systemd/system/multi-user.target.wants/"
  done
}

# Leaves the root's folder in $root.
root_for() {
  arch=$1
  need systemd-sysusers=systemd-standalone-sysusers ssh-keygen=openssh-client
  cached "root-$suite-$arch-java$java-$( (root_packages; cat "$here/root.sh"; find "$here/guest" -type f -exec cat {} +) | cksum | cut -d' ' -f1)" build_root
  root=$made
}
