# Sourced by ./test and ./demo: makes this machine ready, or says what it lacks.

say() { printf '==> %s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# A program, and the Debian package that it is in.
readonly NEEDED='
  btrfs:btrfs-progs
  chattr:e2fsprogs
  curl:curl
  gpg:gnupg
  losetup:mount
  mvn:maven
  setcap:libcap2-bin
  setfacl:acl
  setfattr:attr
  zstd:zstd'
readonly NEEDED_BY_TESTS='
  aws:awscli
  mkfs.ntfs:ntfs-3g
  mkfs.vfat:dosfstools
  script:bsdutils
  strace:strace'
readonly NEEDED_BY_CEPH='
  ceph:ceph-common
  ceph-mon:ceph-mon
  ceph-osd:ceph-osd
  radosgw:radosgw'

is_debian() {
  [[ -r /etc/os-release ]] && (. /etc/os-release && [[ " $ID ${ID_LIKE:-} " == *" debian "* ]])
}

# Packages of the given list whose program is missing.
missing() {
  local entry
  for entry in $1; do
    has "${entry%%:*}" || printf '%s\n' "${entry#*:}"
  done
}

apt_updated=
apt_update() {
  [[ -z $apt_updated ]] || return 0
  say 'Updating the list of packages'
  apt-get -qq update
  apt_updated=yes
}

# apt_install PACKAGE...
apt_install() {
  apt_update
  say "Installing $*"
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@" >/dev/null
}

# install_missing LIST: fails if that cannot be
install_missing() {
  local packages
  mapfile -t packages < <(missing "$1")
  [[ ${#packages[@]} != 0 ]] || return 0
  is_debian || fail "install these first (names of Debian's packages): ${packages[*]}"
  apt_install "${packages[@]}"
}

# Prints the home of a JDK 25, if there is one in the usual places.
find_jdk() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/* /usr/local/* ~/.sdkman/candidates/java/* \
    ~/.jdks/*; do
    if [[ -x $home/bin/javac ]] && grep -qs '^JAVA_VERSION="25' "$home/release"; then
      printf '%s\n' "$home"
      return
    fi
  done
}

# Maven itself runs on the JDK 25 too: the check of the format needs it.
use_jdk() {
  local jdk package=openjdk-25-jdk-headless
  jdk=$(find_jdk)
  if [[ -z $jdk ]] && is_debian; then
    apt_update
    if apt-cache show "$package" >/dev/null 2>&1; then
      apt_install "$package"
      jdk=$(find_jdk)
    fi
  fi
  [[ -n $jdk ]] || fail 'a JDK 25 is missing, and the packages of this system have none.
Get one, for instance Temurin 25 from https://adoptium.net, unpack it below /opt
(or anywhere, and set JAVA_HOME to it), and run this again.'
  export JAVA_HOME=$jdk
  say "JDK: $JAVA_HOME"
}

# prepare LIST...: everything that the lists name, a JDK, and the kernel's part
prepare() {
  [[ $(uname -s) == Linux ]] || fail 'this needs Linux'
  [[ $(id -u) == 0 ]] || fail 'run this as root: it makes btrfs volumes on loop devices'
  export LC_ALL=C.UTF-8
  local list
  for list in "$@"; do install_missing "$list"; done
  use_jdk
  # Built in, or not to be loaded from within a container: whether it works shows below.
  modprobe -q -a loop btrfs 2>/dev/null || true
}

# Whether a btrfs volume can be mounted from a file.
can_mount_btrfs() (
  directory=$(mktemp -d)
  trap 'umount -q "$directory/mnt" || true; rm -r "$directory"' EXIT
  mkdir "$directory/mnt"
  truncate -s 128M "$directory/image"
  mkfs.btrfs -q "$directory/image" >/dev/null && mount -o loop "$directory/image" "$directory/mnt"
)

# mvn with the options of MAVEN_ARGS, which only Maven 3.9 and newer reads itself.
maven() {
  # shellcheck disable=SC2086 # several options
  mvn -B ${MAVEN_ARGS:-} "$@"
}
