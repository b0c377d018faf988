# What an update with nothing to do asks of the remote.

row_idle() {
  begin 'An update with nothing to do: 1 source, 1 remote'
  start_sink
  volume idle 1
  tree many "$work/idle/data" 100
  config idle idle '1y 12m 30d 24h'
  subject update --force >"$work/output" 2>&1 || fail "$(<"$work/output")"
  local before i
  for ((i = 1; i <= PAIRS; i++)); do
    before=$(wc -l <"$work/sink/requests")
    measure "$work/idle.ours" "$SUBJECT" -c "$work/config.yaml" update --force
    tail -n "+$((before + 1))" "$work/sink/requests" | cut -d ' ' -f 1 | sort | uniq -c |
      awk '{ printf "%s%s %d", (NR > 1 ? ", " : ""), $2, $1 } END { print "" }' >>"$work/idle.requests"
  done
  table_head
  side 'update' "$work/idle.ours"
  report
  report '- requests of each run (allowed: 1 ListObjects and at most 1 ListMultipartUploads):' \
    "**$(sort "$work/idle.requests" | uniq -c | sed 's/^ *\([0-9]*\) \(.*\)/\2 (in \1 runs)/')**:" \
    "$(idle_verdict)"
  drop_volume idle
}

idle_verdict() {
  if grep -qvE '^ListObjects 1(, ListMultipartUploads 1)?$|^ListMultipartUploads 1, ListObjects 1$' \
    "$work/idle.requests"; then
    echo MISSED
  else
    echo met
  fi
}
