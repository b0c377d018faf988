# Makes a tree of everything that is hard to back up, and changes it step by step.
# usage: bash tricky-tree.sh NOISE TREE STEP; NOISE: a file of 8 MiB that does not compress;
# TREE: an empty directory on btrfs; STEP: 0 makes the tree, 1, 2, ... change it, in this order.
set -euo pipefail
export LC_ALL=C.UTF-8
noise=$1 step=$3
cd "$2"

not_utf8=$'not-utf8-\xff\xfe\x80'
long_name=$(printf 'n%.0s' {1..255})

# noise OFFSET LENGTH: these bytes of the noise
noise() {
  dd if="$noise" iflag=skip_bytes,count_bytes skip="$1" count="$2" bs=64K status=none
}

# overwrite FILE AT LENGTH: in place, with bytes that differ from step to step
overwrite() {
  noise $((step * 100003)) "$3" |
    dd of="$1" oflag=seek_bytes seek="$2" bs=64K iflag=fullblock conv=notrunc status=none
}

# text SIZE: that compresses well; head ends first, which must not count as a failure
text() {
  yes 'the quick brown fox jumps over the lazy dog' 2>/dev/null | head -c "$1" || true
}

create() {
  mkdir contents names links special meta moved deep empty
  setfattr -n user.root -v 'on the root itself' .

  noise 0 5000000 >contents/incompressible
  text 3000000 >contents/compressible
  : >contents/empty
  printf x >contents/one-byte
  noise 100 4096 >contents/one-page
  noise 100 4097 >contents/one-page-and-a-byte
  noise 100 2048 >contents/inline
  truncate -s 9M contents/sparse
  noise 5000 70000 | dd of=contents/sparse oflag=seek_bytes seek=4000000 conv=notrunc status=none
  truncate -s 100M contents/only-a-hole
  noise 0 400000 >contents/punched
  fallocate --punch-hole --offset 65536 --length 131072 contents/punched
  printf preallocated >contents/preallocated
  fallocate --length 300000 contents/preallocated
  fallocate --keep-size --length 300000 contents/one-byte
  : >contents/no-copy-on-write
  chattr +C contents/no-copy-on-write
  noise 700 20000 >contents/no-copy-on-write
  cp --reflink=always contents/incompressible contents/reflink
  cp --reflink=always contents/punched contents/reflink-changed
  overwrite contents/reflink-changed 12288 5000
  noise 9000 100000 >contents/truncated
  printf log >contents/appended

  printf 1 >"names/$not_utf8"
  printf 2 >$'names/new\nline and tab\t'
  printf 3 >"names/quotes ' \" \` \$(false) \\ * ?"
  printf 4 >names/-rf
  printf 5 >'names/ spaces around '
  printf 6 >"names/$long_name"
  printf 7 >$'names/e\u0301-decomposed'
  printf 8 >$'names/\u00e9-composed'
  printf 9 >$'names/\U0001f4be'
  printf a >names/data.ctim2026-01-01T00:00:00+00:00.mdvn1.seqn0
  mkdir $'names/dir-\xc3\x28'
  printf b >$'names/dir-\xc3\x28/inside'

  printf linked >links/one
  ln links/one links/two
  ln links/one moved/three
  ln -s one links/relative
  ln -s /nonexistent/data links/dangling
  ln -s ../moved links/to-directory
  ln -s "$(printf 'x%.0s' {1..4000})" links/long
  ln -s $'\xff' "links/target-$not_utf8"

  mkfifo -m 640 special/fifo
  mknod -m 644 special/null c 1 3
  mknod -m 600 special/block b 259 1048575
  printf x >special/setuid && chmod 4755 special/setuid
  printf x >special/setgid && chmod 2755 special/setgid
  mkdir -m 1777 special/sticky
  mkdir special/setgid-dir && chmod 2775 special/setgid-dir
  printf secret >special/unreadable && chmod 0000 special/unreadable
  printf x >special/owned && chown 12345:54321 special/owned
  ln -s nowhere special/owned-link && chown -h 4294967294:65534 special/owned-link
  printf x >special/capable && chown 7:7 special/capable
  setcap cap_net_raw+ep special/capable

  printf x >meta/xattrs
  setfattr -n user.text -v value meta/xattrs
  setfattr -n user.empty meta/xattrs
  setfattr -n user.binary -v 0x00ff0a00 meta/xattrs
  setfattr -n user.large -v "0x$(noise 0 3000 | od -An -v -tx1 | tr -d ' \n')" meta/xattrs
  setfattr -n user.ünï -v name meta/xattrs
  setfattr -n trusted.overlay -v trusted meta/xattrs
  printf x >meta/acl
  setfacl -m u:1000:rw,g:2000:r,m::rw meta/acl
  mkdir meta/acl-dir
  setfacl -m u:1000:rwx,d:u:1000:rw,d:g:2000:r meta/acl-dir
  printf x >meta/acl-dir/inherits
  for time in -1.000000005 -86400.5 0 1234567890.123456789 4102444800.000000001; do
    printf x >"meta/mtime$time"
    touch -d "@$time" "meta/mtime$time"
  done
  mkdir meta/old-dir
  touch -d '1965-03-04 05:06:07.89 UTC' meta/old-dir
  touch -h -d '1969-12-31 23:59:59.999999999 UTC' links/dangling

  for i in {001..120}; do noise $((10#$i * 311)) $((10#$i * 17)) >"moved/f$i"; done
  mkdir -p "deep/$(printf 'level/%.0s' {1..30})"
  noise 1 50 >"deep/$(printf 'level/%.0s' {1..30})bottom"
  printf 1 >swap-1
  printf 2 >swap-2
  printf file >file-then-dir
  mkdir dir-then-file
  btrfs subvolume create nested >/dev/null
  printf x >nested/left-out
}

change_1() { # contents, in place and by reflink
  overwrite contents/incompressible 1000000 700000
  overwrite contents/sparse 100 5000
  overwrite contents/no-copy-on-write 4096 4096
  fallocate --punch-hole --offset 0 --length 65536 contents/punched
  truncate -s 777 contents/truncated
  cp --reflink=always contents/incompressible contents/reflink-of-changed
  cp --reflink=always --remove-destination contents/compressible contents/reflink
  printf grown >>contents/empty
  text 5000 >>contents/compressible
}

change_2() { # names: renames, swaps, deleted and moved directories
  mv moved links/moved-away
  mv "names/$not_utf8" "names/renamed-$not_utf8"
  mv $'names/dir-\xc3\x28' $'names/dir-\xc3\x29'
  mv swap-1 swap && mv swap-2 swap-1 && mv swap swap-2
  rm file-then-dir && mkdir file-then-dir && printf x >file-then-dir/inside
  rmdir dir-then-file && printf x >dir-then-file
  rm links/moved-away/f0[0-4]*
  rm -r "names/$long_name" empty
  mkdir -p deep/new && mv deep/level deep/new/level
}

change_3() { # what lstat and getxattr tell
  rm links/two
  ln links/one deep/another
  setfattr -n user.text -v changed meta/xattrs
  setfattr -x user.large meta/xattrs
  setfattr -x user.root .
  setfacl -b meta/acl
  setfacl -m u:1001:r meta/acl-dir/inherits
  setfacl -k meta/acl-dir
  printf y >>special/capable # a write takes the capability away
  chown 0:0 special/owned
  chmod 0644 special/setuid special/unreadable
  chmod 1700 .
  rm special/null && mknod -m 666 special/null c 1 5
  rm special/fifo && printf 'now a file' >special/fifo
  ln -sfn two links/relative
  touch -d '@-3000000000.25' meta/old-dir
}

change_4() { # new inodes under old names, many small files, a directory inside out
  rm contents/one-page && noise 4242 4096 >contents/one-page
  truncate -s 2M contents/truncated
  setcap cap_net_bind_service+ep special/capable
  mkdir many
  for i in {001..200}; do noise $((10#$i * 97)) $((10#$i * 5)) >"many/g$i"; done
  mv deep/new/level/level inner && mv deep/new inner/outer && mv inner deep/inner
  rm -r links/moved-away/f1*
  cp --reflink=always contents/reflink-of-changed contents/reflink-2
  overwrite contents/reflink-2 8192 300000
  mkfifo special/fifo-2
  rm contents/only-a-hole
}

change_5() { # most of it goes, and some comes back
  rm -r many contents/compressible names/-rf
  mkdir many
  ln contents/incompressible many/hard
  rm contents/incompressible
  printf back >names/-rf
  mv many/hard contents/incompressible
  ln links/one links/two
  setfattr -n user.root -v again .
  chmod 0755 .
  rm special/block
  touch -d '2001-02-03 04:05:06.7 UTC' contents
}

if [ "$step" = 0 ]; then
  create
else
  printf 'step %d\n' "$step" >>contents/appended
  overwrite contents/reflink-changed $((step * 4096)) 4096
  noise $((step * 1009)) 3000 >"step-$step"
  rm -f "step-$((step - 2))"
  if declare -F "change_$step" >/dev/null; then "change_$step"; fi
fi
