# Restores: a large full backup from the sink, a chain of small ones from a directory.

readonly RESTORE_MEBIBYTES=$((3328 * SCALE / 100))
readonly CHAIN_LENGTH=4

row_restore() {
  begin 'Restore of a full backup of a mixed tree, zstd 3 and OpenPGP'
  volume origin 8
  tree mixed "$work/origin/data" "$RESTORE_MEBIBYTES"
  back_up_to_directory origin 1y
  start_sink "$work/stored"
  local key i
  key=$(objects)
  volume target 24
  config origin served 1y
  for ((i = 1; i <= PAIRS; i++)); do
    say "Pair $i of $PAIRS"
    mkdir "$work/target/pipe" "$work/target/ours"
    measure "$work/restore.pipe" "$BENCH/rivals/restore-pipe" "$key" "$work/target/pipe"
    measure "$work/restore.ours" "$SUBJECT" -c "$work/config.yaml" restore --remote sink --latest \
      --identity "$work/secret.asc" --to "$work/target/ours"
    empty_target
  done
  table_head
  side "\`aws s3 cp - \\| gpg -d \\| zstd -d \\| btrfs receive\`, sync" "$work/restore.pipe"
  side btrfs2s3 "$work/restore.ours"
  report
  verdict "wall, ours / pipe" "$(ratio "$work/restore.ours" "$work/restore.pipe" 1)" 1.0
  drop_volume origin
  drop_volume target
  rm -r "$work/stored"
}

row_chain() {
  begin "Restore of $CHAIN_LENGTH raw backups from a directory, three of them sent against the first"
  volume origin 8
  tree mixed "$work/origin/data" "$((RESTORE_MEBIBYTES / 4))"
  local i
  for ((i = 0; i < CHAIN_LENGTH; i++)); do
    head -c $((RESTORE_MEBIBYTES << 18)) /dev/urandom >"$work/origin/data/added$i"
    back_up_to_directory origin '1y 3600s' 'compress: none'
  done
  volume target 24
  local objects
  mapfile -t objects < <(objects)
  for ((i = 1; i <= PAIRS; i++)); do
    say "Pair $i of $PAIRS"
    mkdir "$work/target/pipe" "$work/target/ours"
    measure "$work/chain.pipe" "$BENCH/rivals/receive-pipe" "$work/target/pipe" \
      "${objects[@]/#/$work/stored/}"
    measure "$work/chain.ours" "$SUBJECT" -c "$work/config.yaml" restore --remote stored --all \
      --to "$work/target/ours"
    empty_target
  done
  table_head
  side "\`cat \\| btrfs receive\`, sync" "$work/chain.pipe"
  side btrfs2s3 "$work/chain.ours"
  report
  verdict "wall, ours / pipe" "$(ratio "$work/chain.ours" "$work/chain.pipe" 1)" 1.3
  drop_volume origin
  drop_volume target
  rm -r "$work/stored"
}

# back_up_to_directory VOLUME POLICY [LINE...]: an update with $work/stored as its only remote
back_up_to_directory() {
  local name=$1 policy=$2
  shift 2
  mkdir -p "$work/stored"
  : >"$work/stored/btrfs2s3-remote"
  {
    printf '%s\n' \
      'timezone: UTC' \
      'sources:' \
      "  - path: $work/$name/data" \
      "    snapshots: $work/$name/snapshots" \
      '    upload_to_remotes:' \
      '      - id: stored' \
      "        preserve: $policy"
    if [[ $# == 0 ]]; then
      printf '%s\n' "        encrypt: {openpgp: {recipients: [$work/public.asc]}}"
    else
      printf '        %s\n' "$@"
    fi
    printf '%s\n' 'remotes:' '  - id: stored' "    directory: {path: $work/stored}"
  } >"$work/config.yaml"
  subject update --force >"$work/output" 2>&1 || fail "$(<"$work/output")"
}

# The names of the stored backups, oldest first.
objects() { find "$work/stored" -maxdepth 1 -name '*.mdvn*' -printf '%T@ %f\n' | sort -n | cut -d ' ' -f 2; }

empty_target() {
  btrfs -q subvolume delete "$work"/target/*/*
  rmdir "$work"/target/*
  sync -f "$work/target"
  btrfs subvolume sync "$work/target" >/dev/null
}
