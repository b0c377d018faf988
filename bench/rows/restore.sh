# Restores: a large full backup from the sink, a chain of small ones from a directory.

readonly RESTORE_MEBIBYTES=$((3328 * SCALE / 100))
readonly CHAIN_LENGTH=4
readonly GOLDEN=$PWD/it-tests/src/test/resources/golden/main
readonly GOLDEN_CHAIN=(
  7fbe89b8-e25d-0940-9918-81269314e1a7
  f938f40d-65bf-ee46-a6f3-7f148e5e45b3
  3eeafed4-f8a1-754c-8474-fc3bcfdd83ca
  0664aee4-e94a-c74d-96ab-4dcb89dc67d2)

row_restore() {
  begin 'Restore of a full backup of a mixed tree, zstd 3 and OpenPGP'
  volume origin 8
  tree mixed "$work/origin/data" "$RESTORE_MEBIBYTES"
  back_up_to_directory origin 1y
  start_sink "$work/stored"
  local key
  key=$(objects)
  volume target 24
  config origin served 1y
  restore_pipe() {
    measure "$work/restore.pipe" "$BENCH/rivals/restore-pipe" "$key" "$work/target/to"
  }
  restore_ours() {
    measure "$work/restore.ours" "$SUBJECT" -c "$work/config.yaml" restore --remote sink --latest \
      --identity "$work/secret.asc" --to "$work/target/to"
  }
  restore_in_turns restore_pipe restore_ours
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
  chain_in_turns chain "$work/stored" "${objects[@]}" --all
  drop_volume origin
  drop_volume target
  rm -r "$work/stored"
}

row_golden_chain() {
  begin "Restore of the $CHAIN_LENGTH small raw backups of the golden chain from a directory"
  mkdir "$work/stored"
  : >"$work/stored/btrfs2s3-remote"
  local uuid object objects=()
  for uuid in "${GOLDEN_CHAIN[@]}"; do
    object=$(basename "$GOLDEN"/*".uuid$uuid."* .gz)
    gunzip -c "$GOLDEN/$object.gz" >"$work/stored/$object"
    objects+=("$object")
  done
  volume target 2
  chain_in_turns golden "$work/stored" "${objects[@]}" --snapshot "$uuid"
  report "- wall of \`btrfs2s3 --version\`: $(wall_of_version) s"
  drop_volume target
  rm -r "$work/stored"
}

# chain_in_turns NAME DIRECTORY OBJECT... OPTION...: restores a chain, parents first
chain_in_turns() {
  local name=$1 directory=$2 objects=()
  shift 2
  while [[ $1 != --* ]]; do
    objects+=("$1")
    shift
  done
  local options=("$@")
  chain_pipe() {
    measure "$work/$name.pipe" "$BENCH/rivals/receive-pipe" "$work/target/to" \
      "${objects[@]/#/$directory/}"
  }
  chain_ours() {
    measure "$work/$name.ours" "$SUBJECT" restore --url "file://$directory" "${options[@]}" \
      --to "$work/target/to"
  }
  restore_in_turns chain_pipe chain_ours
  table_head
  side "\`cat \| btrfs receive\`, sync" "$work/$name.pipe"
  side btrfs2s3 "$work/$name.ours"
  report
  verdict "wall, ours / pipe" "$(ratio "$work/$name.ours" "$work/$name.pipe" 1)" 1.3
}

wall_of_version() {
  local i
  for ((i = 1; i <= PAIRS; i++)); do measure "$work/version" "$SUBJECT" --version; done
  median "$work/version" 1
}

# restore_in_turns ONE OTHER: each restores into $work/target/to, which is on an empty volume. Where
# memory that was just freed is cheaper to use again than other memory, as in virtual machines, the
# second of a pair would pay for what the first has left; so each begins every other pair.
restore_in_turns() {
  local i side sides
  for ((i = 1; i <= PAIRS; i++)); do
    say "Pair $i of $PAIRS"
    sides=("$1" "$2")
    if ((i % 2 == 0)); then sides=("$2" "$1"); fi
    for side in "${sides[@]}"; do
      mkdir "$work/target/to"
      "$side"
      empty_target
    done
  done
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
