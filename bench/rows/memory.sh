# Peak memory of full backups of 1 GiB and of 16 GiB.

readonly MEMORY_SIZES='1 16'
readonly MEMORY_LIMIT=350

row_memory() {
  begin 'Peak memory of our process'
  start_sink
  local gib i bytes
  # Compressed, so that less disk is needed; btrfs send decompresses it.
  for gib in $MEMORY_SIZES; do
    volume "memory$gib" $((gib + 4)) compress=zstd
    tree mixed "$work/memory$gib/data" $((gib * 1024 * SCALE / 100))
    config "memory$gib" none 1y
    snapshot "memory$gib" >/dev/null
  done
  for ((i = 1; i <= PAIRS; i++)); do
    say "Pair $i of $PAIRS"
    for gib in $MEMORY_SIZES; do
      config "memory$gib" "memory$gib-$i" 1y
      measure "$work/memory.$gib" "$SUBJECT" -c "$work/config.yaml" update --force
    done
  done
  table_head
  for gib in $MEMORY_SIZES; do
    bytes=$(btrfs -q send "$work/memory$gib"/snapshots/* | wc -c)
    side "a stream of $bytes bytes" "$work/memory.$gib" "$bytes"
  done
  report
  for gib in $MEMORY_SIZES; do
    verdict "peak MB with $gib GiB" "$(median "$work/memory.$gib" 3)" "$MEMORY_LIMIT"
  done
  verdict 'peak, 16 GiB / 1 GiB' "$(ratio "$work/memory.16" "$work/memory.1" 3)" 1.10
  for gib in $MEMORY_SIZES; do drop_volume "memory$gib"; done
}
