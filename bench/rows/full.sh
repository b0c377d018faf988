# Full backups of a mixed tree: the shell's pipe, ours, restic's.

readonly FULL_MEBIBYTES=$((3328 * SCALE / 100))

# What the Python tool took with the same tools as filters, measured once elsewhere, times the pipe.
readonly PYTHON_FACTOR=1.37

row_full() {
  begin 'Full backup of a mixed tree, zstd 3 and OpenPGP'
  start_sink
  volume mixed 8
  tree mixed "$work/mixed/data" "$FULL_MEBIBYTES"
  compare_full mixed
  local python wall
  verdict "wall, ours / pipe" "$(ratio "$work/mixed.ours" "$work/mixed.pipe" 1)" 0.75
  verdict "CPU, ours / pipe" "$(ratio "$work/mixed.ours" "$work/mixed.pipe" 2)" 0.90
  verdict "wall, ours / restic" "$(ratio "$work/mixed.ours" "$work/mixed.restic" 1)" 0.55
  wall=$(median "$work/mixed.ours" 1)
  python=$(awk -v s="$(median "$work/mixed.pipe" 1)" -v f="$PYTHON_FACTOR" 'BEGIN { print s * f }')
  verdict "wall, ours / the Python tool (not measured here: taken as $PYTHON_FACTOR times the pipe)" \
    "$(awk -v a="$wall" -v b="$python" 'BEGIN { printf "%.2f", a / b }')" 0.60
  drop_volume mixed
}

row_compressed_data() {
  begin 'The same on a volume with compress=zstd, ours with compressed_data'
  start_sink
  volume compressed 8 compress=zstd
  config compressed ours '1y' 'btrfs: {compressed_data: true}'
  if ! subject check-config >"$work/output" 2>&1; then
    report "skipped: this btrfs2s3 does not know \`compressed_data\`"
    drop_volume compressed
    return
  fi
  tree mixed "$work/compressed/data" "$FULL_MEBIBYTES"
  compare_full compressed 'btrfs: {compressed_data: true}'
  verdict "wall, ours / pipe" "$(ratio "$work/compressed.ours" "$work/compressed.pipe" 1)" 0.45
  report "- CPU, ours / pipe: $(ratio "$work/compressed.ours" "$work/compressed.pipe" 2)"
  drop_volume compressed
}

# compare_full VOLUME [LINE...]: lines of the upload's entry. Everybody sends the same snapshot, into
# a bucket of its own each time.
compare_full() {
  local name=$1 snapshot bytes i
  shift
  config "$name" none 1y "$@"
  snapshot=$(snapshot "$name")
  # Also makes the volume's content warm for everybody.
  bytes=$(btrfs -q send "$snapshot" | wc -c)
  export RESTIC_PASSWORD_FILE=$work/password
  for ((i = 1; i <= PAIRS; i++)); do
    say "Pair $i of $PAIRS"
    measure "$work/$name.pipe" "$BENCH/rivals/pipe" "$snapshot" "$name$i"
    config "$name" "ours$i" 1y "$@"
    measure "$work/$name.ours" "$SUBJECT" -c "$work/config.yaml" update --force
    measure "$work/$name.restic" "$BENCH/rivals/restic" "$snapshot" "restic$name$i"
  done
  report "The stream of \`btrfs send\` has $bytes bytes; all CPU is per GiB of it."
  report
  table_head
  side "\`btrfs send \\| zstd -3 -T2 \\| gpg -e -z0 \\| aws s3 cp -\`" "$work/$name.pipe" "$bytes"
  side 'btrfs2s3' "$work/$name.ours" "$bytes"
  side 'restic (another format, no stream)' "$work/$name.restic" "$bytes"
  report
}
