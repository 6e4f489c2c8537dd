# shellcheck shell=bash
# What a guest starts from beside its root: chosen kernel modules, an initramfs, a card.

# modules_into DIR MODULE...: these kernel modules and what they depend on, decompressed.
modules_into() {
  local dir=$1 module file target; shift
  for module in "$@"; do
    modprobe -d "$kernel_tree" -S "$kernel" --show-depends --ignore-install "$module" >"$cache/depends" 2>&1 \
      || fail "the kernel $kernel has no module $module: $(head -n 1 "$cache/depends")"
    sed -n 's/^insmod \([^ ]*\).*/\1/p' "$cache/depends"
  done | sort -u | while read -r file; do
    target=$dir/usr/lib/modules/$kernel/${file##*/lib/modules/"$kernel"/}
    mkdir -p "${target%/*}"
    case $file in *.xz) xz -dc "$file" >"${target%.xz}" ;; *) cp "$file" "$target" ;; esac
  done
  cp "$kernel_tree/usr/lib/modules/$kernel"/modules.{builtin,builtin.modinfo,order} "$dir/usr/lib/modules/$kernel/"
  [ -e "$dir/lib" ] || ln -s usr/lib "$dir/lib"
  depmod -b "$dir" "$kernel"
}

# make_initramfs ARCH OUT MODULE...: busybox, these modules, and the init that mounts the root.
make_initramfs() {
  local arch=$1 out=$2 t; shift 2
  t=$(mktemp -d); mkdir -p "$t"/{bin,sbin,proc,sys,dev,mnt}
  unpack_package "$arch" busybox-static "$t/package"
  cp "$t/package/usr/bin/busybox" "$t/bin/busybox"; rm -rf "$t/package"
  install -m 755 "$here/initramfs-init" "$t/init"
  modules_into "$t" "$@"
  printf '%s\n' "$@" >"$t/modules"
  (cd "$t" && find . | cpio -o -H newc --quiet | gzip -1) >"$out"
  rm -rf "$t"
}

# make_card ROOT OUT SIZE_MB: a partitioned card, first partition kept free for a Pi's boot files. QEMU wants a power of two.
make_card() {
  local tree=$1 out=$2 mb=$3 part
  part=$(mktemp "$cache/part.XXXXXX")
  rm -f "$out"; truncate -s "${mb}M" "$out"
  printf 'label: dos\nstart=2048,size=14336,type=c\nstart=16384,type=83\n' | sfdisk -q "$out"
  truncate -s $((mb - 8))M "$part"
  mke2fs -q -t ext4 -m 0 -J size=8 -E root_owner=0:0,lazy_itable_init=1,lazy_journal_init=1 -d "$tree" "$part"
  dd if="$part" of="$out" bs=1M seek=8 conv=notrunc,sparse status=none
  rm -f "$part"
}
