# shellcheck shell=bash
# gpio-sim for the x86 guest: Debian's kernels come without it, so it is built from Debian's own kernel source for the guest's very kernel,
# with Debian's compiler and headers unpacked beside the system.

build_gpio_sim() {
  local out=$1 series t
  series=$(echo "$kernel" | cut -d. -f1,2)
  t=$cache/gpio-sim-build; rm -rf "$t"
  fetching "unpacking the compiler and headers for $kernel, about 300 MB" extract amd64 "$t" \
    base-files bash dash coreutils sed gawk grep findutils make gcc binutils libc-bin "linux-headers-$kernel"
  for d in bin sbin lib lib64; do [ -e "$t/$d" ] || ln -s usr/$d "$t/$d"; done
  [ -e "$t/usr/bin/sh" ] || ln -s dash "$t/usr/bin/sh"
  [ -e "$t/usr/bin/awk" ] || ln -s gawk "$t/usr/bin/awk"
  mkdir -p "$t"/{dev,tmp,module,source}; [ -c "$t/dev/null" ] || mknod -m 666 "$t/dev/null" c 1 3
  fetching "fetching linux-source-$series, about 150 MB" unpack_package amd64 "linux-source-$series" "$t/source"
  quietly "taking gpio-sim.c and irq_sim.c from it" tar -C "$t/source" --wildcards --strip-components=1 \
    -xf "$t/source/usr/src/linux-source-$series.tar.xz" '*/drivers/gpio/gpio-sim.c' '*/drivers/gpio/*.h' '*/kernel/irq/irq_sim.c'
  cp "$t"/source/drivers/gpio/{gpio-sim.c,*.h} "$t/source/kernel/irq/irq_sim.c" "$t/module/"
  # The kernel exports no irq_to_desc() to modules; this does the same one step earlier.
  sed -i 's/handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq(irqnum)/' "$t/module/irq_sim.c"
  # In the kernel it is part of the image; alone it must say so.
  printf '#include <linux/module.h>\nMODULE_DESCRIPTION("Simulated interrupts");\nMODULE_LICENSE("GPL");\n' >>"$t/module/irq_sim.c"
  printf 'obj-m += gpio-sim.o irq_sim.o\n' >"$t/module/Makefile"
  quietly "building gpio-sim for $kernel" chroot "$t" make -C "/usr/src/linux-headers-$kernel" M=/module modules
  mkdir -p "$out"; cp "$t"/module/*.ko "$out/"
  rm -rf "$t"
}

# Leaves the folder with the modules in $gpio_sim.
gpio_sim_for_kernel() {
  cached "gpio-sim-$suite-$kernel-r1" build_gpio_sim
  gpio_sim=$made
}
