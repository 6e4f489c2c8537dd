# shellcheck shell=bash
# The machines: what is in each, and the command that starts it. prepare_NAME leaves the command in the array $command.

pi_initramfs=(crc32c_generic bcm2835 bcm2835-dma ext4)
pi_modules=(i2c-bcm2835 i2c-dev i2c-mux-pca954x dwc2 cdc_ether rndis_host pwm-bcm2835 spi-bcm2835 spidev bcm2835_thermal rtc-ds1307 lm75 uhid hid-cp2112 w1-gpio w1_therm st_magn_i2c)
x86_initramfs=(crc32c_generic virtio_pci virtio_blk ext4)
x86_modules=(virtio_net uhid hid-cp2112 i2c-dev configfs lm75)

# guest_tree CONFIGURATION: the cached root with the agent, its configuration and the kernel's modules added; leaves it in $tree.
guest_tree() {
  tree=$work/tree
  cp -al "$root" "$tree"
  modules_into "$tree" "${modules[@]}"
  # A tar stream replaces files, where cp would write through into the cached root's.
  local files=$staged
  if [ -z "$files" ]; then
    files=$work/staged; quietly "laying out pipit for $arch" "$project/deploy/stage" "$files" "$arch"
  fi
  tar -C "$files" --owner=0 --group=0 -cf - . | tar -C "$tree" --keep-directory-symlink -xf -
  sed "s/@BROKER_PORT@/$broker_port/" "$here/$1" >"$work/pipit.yaml"
  install -m 640 "$work/pipit.yaml" "$tree/etc/pipit/pipit.yaml"
  systemd-sysusers --root="$tree" >/dev/null 2>&1
  chgrp "$(sed -n 's/^pipit:[^:]*:\([0-9]*\):.*/\1/p' "$tree/etc/group")" "$tree/etc/pipit/pipit.yaml"
  ln -sf /usr/lib/systemd/system/pipit.service "$tree/etc/systemd/system/multi-user.target.wants/"
}

# initramfs_for ARCH MODULE...: leaves the file in $initramfs.
initramfs_for() {
  local arch=$1; shift
  initramfs=$cache/initramfs-$suite-$arch-$kernel-$( (echo "$@"; cat "$here/initramfs-init" "$here/card.sh") | cksum | cut -d' ' -f1)
  [ -f "$initramfs" ] || { quietly "making the initramfs for $kernel" make_initramfs "$arch" "$initramfs.new" "$@"; mv "$initramfs.new" "$initramfs"; }
}

prepare_pi() {
  root_for arm64; kernel_for arm64; initramfs_for arm64 "${pi_initramfs[@]}"
  modules=("${pi_modules[@]}")
  guest_tree pipit-pi.yaml
  quietly "making a card of 1 GB" make_card "$tree" "$work/card.img" 1024
  rm -rf "$tree"
  command=("$tools/qemu-system-aarch64" -M raspi3b -accel tcg,thread=multi
    -kernel "$kernel_tree/boot/vmlinuz-$kernel" -initrd "$initramfs" -dtb "$kernel_tree/usr/lib/linux-image-$kernel/broadcom/bcm2837-rpi-3-b.dtb"
    -append "console=ttyS1,115200 rdinit=/init panic=-1 quiet loglevel=1 transparent_hugepage=madvise random.trust_cpu=on"
    -drive "if=sd,format=raw,file=$work/card.img"
    -device tmp105,bus=i2c-bus.1,address=0x48,id=outside
    -device ds1338,bus=i2c-bus.1,address=0x68
    -device lsm303dlhc_mag,bus=i2c-bus.1,address=0x1e
    -device pca9546,bus=i2c-bus.1,address=0x70,id=mux -device tmp105,bus=i2c.0,address=0x49,id=removable
    -netdev "user,id=n0,hostfwd=tcp:127.0.0.1:$ssh_port-:22" -device usb-net,netdev=n0,id=cable
    -display none -serial null -serial stdio -monitor none -no-reboot)
}

# The x86 guest's kernel modules come from two places, and its bridge is a program of ours.
prepare_x86() {
  need gcc=gcc
  root_for amd64; kernel_for amd64; initramfs_for amd64 "${x86_initramfs[@]}"
  gpio_sim_for_kernel
  modules=("${x86_modules[@]}")
  guest_tree pipit-x86.yaml
  install -D -m 644 -t "$tree/usr/lib/modules/$kernel/extra" "$gpio_sim"/*.ko
  depmod -b "$tree" "$kernel"
  gcc -O1 -static -o "$work/cp2112sim" "$here/bridge/cp2112sim.c"
  install -m 755 "$work/cp2112sim" "$tree/usr/bin/cp2112sim"
  for program in time-to-level hold-line; do
    gcc -O1 -static -o "$work/$program" "$here/bridge/$program.c"
    install -m 755 "$work/$program" "$tree/usr/bin/$program"
  done
  install -m 755 "$here/bridge/make-gpio" "$tree/usr/bin/make-gpio"
  install -m 644 "$here"/bridge/*.service "$tree/etc/systemd/system/"
  for unit in "$here"/bridge/*.service; do ln -sf "/etc/systemd/system/${unit##*/}" "$tree/etc/systemd/system/multi-user.target.wants/"; done
  quietly "making a disk of 1 GB" make_card "$tree" "$work/card.img" 1024
  rm -rf "$tree"
  command=("$tools/qemu-system-x86_64" -M pc -cpu max -smp 2 -m 768
    -kernel "$kernel_tree/boot/vmlinuz-$kernel" -initrd "$initramfs"
    -append "console=ttyS0,115200 rdinit=/init panic=-1 quiet loglevel=1 random.trust_cpu=on"
    -drive "if=virtio,format=raw,file=$work/card.img"
    -netdev "user,id=n0,hostfwd=tcp:127.0.0.1:$ssh_port-:22" -device "virtio-net-pci,netdev=n0,id=cable,romfile="
    -display none -vga none -serial stdio -serial "unix:$work/bridge,server=on,wait=off" -monitor none -no-reboot)
}
