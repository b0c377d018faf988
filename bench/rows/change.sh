# Whether the cost of an update follows what was changed, not what is there.

readonly CHANGE_SMALL=$((10000 * SCALE / 100))
readonly CHANGE_LARGE=$((300000 * SCALE / 100))

row_change() {
  begin 'Update after changing 100 files'
  start_sink
  local count i
  for count in $CHANGE_SMALL $CHANGE_LARGE; do
    volume "files$count" 6
    tree many "$work/files$count/data" "$count"
    change_config "$count"
    subject update --force >"$work/output" 2>&1 || fail "$(<"$work/output")"
  done
  for ((i = 1; i <= PAIRS; i++)); do
    say "Pair $i of $PAIRS"
    for count in $CHANGE_SMALL $CHANGE_LARGE; do
      tree change "$work/files$count/data" "$count" "$i"
      change_config "$count"
      measure "$work/change.$count" "$SUBJECT" -c "$work/config.yaml" update --force
      grep -q '^committed' "$work/output" || fail "nothing was uploaded: $(<"$work/output")"
    done
  done
  table_head
  for count in $CHANGE_SMALL $CHANGE_LARGE; do
    side "of $count files" "$work/change.$count"
  done
  report
  verdict "wall, $CHANGE_LARGE / $CHANGE_SMALL files" \
    "$(ratio "$work/change.$CHANGE_LARGE" "$work/change.$CHANGE_SMALL" 1)" 1.3
  for count in $CHANGE_SMALL $CHANGE_LARGE; do drop_volume "files$count"; done
}

# Every run makes a snapshot that stays, and sends it as a difference to the first.
change_config() { config "files$1" "files$1" '1y 3600s'; }
