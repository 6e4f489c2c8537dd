# shellcheck shell=bash
# QEMU 10 and a broker. Debian 13 and newer have them; elsewhere (QEMU 7.2 lacks the Pi's I2C controller) Debian 13's are
# unpacked beside the system and started through their own loader, so that nothing on this machine changes.

toolbox_packages=(qemu-system-arm qemu-system-x86 mosquitto mosquitto-clients)

build_toolbox() { fetching "unpacking QEMU and mosquitto from Debian $suite (${toolbox_packages[*]}), about 230 MB" extract "$(dpkg --print-architecture)" "$1" "${toolbox_packages[@]}"; }

# Leaves in $tools a folder with qemu-system-aarch64, qemu-system-x86_64, mosquitto, mosquitto_sub, mosquitto_pub.
toolbox() {
  local version program path
  # shellcheck source=/dev/null
  version=$(. /etc/os-release; [ "$ID" = debian ] && echo "${VERSION_ID:-99}" || echo 0)
  tools=$cache/tools; mkdir -p "$tools"
  if [ "$version" -ge 13 ]; then
    need qemu-system-aarch64=qemu-system-arm qemu-system-x86_64=qemu-system-x86 mosquitto=mosquitto mosquitto_pub=mosquitto-clients
    for program in qemu-system-aarch64 qemu-system-x86_64 mosquitto mosquitto_sub mosquitto_pub; do
      ln -sf "$(PATH=$PATH:/usr/sbin command -v $program)" "$tools/$program"
    done
  else
    cached "toolbox-$suite-$(printf '%s ' "${toolbox_packages[@]}" | cksum | cut -d' ' -f1)" build_toolbox
    for program in qemu-system-aarch64 qemu-system-x86_64 mosquitto mosquitto_sub mosquitto_pub; do
      path=$(find "$made"/usr/bin "$made"/usr/sbin -name $program)
      rm -f "$tools/$program"
      cat >"$tools/$program" <<W
#!/bin/sh
exec "$(ls "$made"/usr/lib*/ld-linux*.so.* | head -n 1)" --library-path "$(echo "$made"/usr/lib/*-linux-gnu)" "$path" $(case $program in qemu*) echo "-L '$made/usr/share/qemu' -L '$made/usr/share/seabios'";; esac) "\$@"
W
      chmod 755 "$tools/$program"
    done
  fi
  say "emulator: $("$tools/qemu-system-aarch64" --version | head -n 1)"
}
