# Sourced by bench/run: volumes, the sink, configurations, measurements and their report.

readonly NEEDED_BY_BENCH='
  /usr/bin/time:time
  aws:awscli
  openssl:openssl
  restic:restic'
export RECIPIENT=bench@example.com
# Enough for a row's largest pair to be told from noise.
readonly PAIRS=${BENCH_PAIRS:-5}
# Percent of the real sizes.
readonly SCALE=${BENCH_SCALE:-100}
readonly SUBJECT=$PWD/app/target/btrfs2s3/bin/btrfs2s3
readonly LIBRARIES=$PWD/app/target/btrfs2s3/lib
readonly BENCH=$PWD/bench

work= sink=

# Below a directory of its own, which is on a disk: the largest row needs 20 GB.
make_work() {
  work=$(mktemp -d "${BENCH_DIRECTORY:-/var/tmp}/btrfs2s3-bench.XXXXXX")
  mkdir -m 700 "$work/gnupg"
  export GNUPGHOME=$work/gnupg
  # gpg's agent has a socket there, and the path of a socket has a limit.
  [[ ${#GNUPGHOME} -lt 80 ]] || fail "BENCH_DIRECTORY has too long a name: $BENCH_DIRECTORY"
  gpg --batch --quiet --passphrase '' --quick-generate-key "$RECIPIENT" default default never \
    2>"$work/gpg.log" || fail "gpg: $(<"$work/gpg.log")"
  gpg --armor --export "$RECIPIENT" >"$work/public.asc"
  gpg --armor --export-secret-keys "$RECIPIENT" >"$work/secret.asc"
  openssl rand -hex 16 >"$work/password"
  # Whatever this machine's user has configured must not count.
  export AWS_ACCESS_KEY_ID=EXAMPLE AWS_SECRET_ACCESS_KEY=not-a-real-secret
  export AWS_DEFAULT_REGION=us-east-1 AWS_CONFIG_FILE=/dev/null
  export AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true AWS_PAGER=
  unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL HTTP_PROXY http_proxy JAVA_TOOL_OPTIONS
  export JAVA_TOOL_OPTIONS=${BENCH_JAVA_OPTIONS:-}
  [[ -n $JAVA_TOOL_OPTIONS ]] || unset JAVA_TOOL_OPTIONS
}

clean_up() {
  local status=$?
  trap - EXIT
  stop_sink
  if [[ -n $work ]]; then remove_work; fi
  exit "$status"
}

# Unmounting frees the loop device.
remove_work() {
  local mount
  while read -r _ mount _; do
    if [[ $mount == "$work"/* ]]; then umount "$mount" || umount --lazy "$mount"; fi
  done </proc/mounts
  gpgconf --homedir "$work/gnupg" --kill all || true
  rm -rf --one-file-system "$work"
}

# volume NAME GIB [OPTION...]: mounts a new btrfs at $work/NAME, with subvolumes data and snapshots
volume() {
  local name=$1 size=$2
  shift 2
  local options=loop,noatime
  if [[ $# != 0 ]]; then options+=",$1"; fi
  mkdir "$work/$name"
  truncate -s "${size}G" "$work/$name.image"
  mkfs.btrfs -q "$work/$name.image" >/dev/null
  mount -o "$options" "$work/$name.image" "$work/$name"
  btrfs -q subvolume create "$work/$name/data"
  btrfs -q subvolume create "$work/$name/snapshots"
}

drop_volume() {
  umount "$work/$1"
  rm "$work/$1.image"
  rmdir "$work/$1"
}

tree() { "$JAVA_HOME/bin/java" "$BENCH/Tree.java" "$@"; }

# start_sink [DIRECTORY]: whose files it serves, in the bucket "served"
start_sink() {
  stop_sink
  rm -rf "$work/sink"
  mkdir "$work/sink" "$work/sink/classes"
  if [[ $# != 0 ]]; then ln -s "$1" "$work/sink/served"; fi
  "$JAVA_HOME/bin/javac" -d "$work/sink/classes" "$BENCH/Sink.java"
  local arguments=("$work/sink") protocol=http
  if [[ -n ${BENCH_HTTPS:-} ]]; then
    make_certificate
    arguments+=("$work/sink/keys" "$work/password")
    protocol=https
  fi
  "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC -cp "$work/sink/classes" Sink "${arguments[@]}" \
    >"$work/sink/output" 2>&1 &
  sink=$!
  until [[ -e $work/sink/port ]]; do
    kill -0 "$sink" 2>/dev/null || fail "the sink: $(<"$work/sink/output")"
    sleep 0.1
  done
  export ENDPOINT=$protocol://127.0.0.1:$(<"$work/sink/port")
}

make_certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$work/sink/key.pem" -out "$work/sink/ca.pem" \
    2>"$work/sink/output" || fail "openssl: $(<"$work/sink/output")"
  openssl pkcs12 -export -in "$work/sink/ca.pem" -inkey "$work/sink/key.pem" \
    -passout "file:$work/password" -out "$work/sink/keys"
  export AWS_CA_BUNDLE=$work/sink/ca.pem
}

stop_sink() {
  [[ -n $sink ]] || return 0
  kill "$sink" 2>/dev/null || true
  wait "$sink" || true
  sink=
}

# Seconds of CPU that the sink has used.
sink_cpu() {
  if [[ -z $sink ]]; then
    echo 0
  else
    awk -v ticks="$(getconf CLK_TCK)" '{ print ($14 + $15) / ticks }' "/proc/$sink/stat"
  fi
}

# config NAME BUCKET POLICY [LINE...]: writes $work/config.yaml for the volume NAME; lines are added
# to the upload's entry
config() {
  local name=$1 bucket=$2 policy=$3
  shift 3
  {
    printf '%s\n' \
      'timezone: UTC' \
      'sources:' \
      "  - path: $work/$name/data" \
      "    snapshots: $work/$name/snapshots" \
      '    upload_to_remotes:' \
      '      - id: sink' \
      "        preserve: $policy" \
      "        encrypt: {openpgp: {recipients: [$work/public.asc]}}"
    if [[ $# != 0 ]]; then printf '        %s\n' "$@"; fi
    printf '%s\n' \
      'remotes:' \
      '  - id: sink' \
      "    s3: {bucket: $bucket, endpoint: {endpoint_url: '$ENDPOINT'${AWS_CA_BUNDLE:+, verify: $AWS_CA_BUNDLE}}}"
  } >"$work/config.yaml"
}

subject() { "$SUBJECT" -c "$work/config.yaml" "$@"; }

# Prints the path of the one snapshot of a volume, which is made.
snapshot() {
  subject update --force --no-upload >"$work/output" 2>&1 || fail "$(<"$work/output")"
  echo "$work/$1"/snapshots/*
}

# measure FILE COMMAND...: adds a line "wall CPU peak sink" to the file: seconds, seconds of the
# command and all its children, MB of the largest process, seconds of the sink
measure() {
  local file=$1 before after start end
  shift
  sync
  before=$(sink_cpu)
  start=$EPOCHREALTIME
  if ! /usr/bin/time -o "$work/time" -f '%U %S %M' "$@" >"$work/output" 2>&1 </dev/null; then
    fail "$* failed: $(tail -n 20 "$work/output")"
  fi
  end=$EPOCHREALTIME
  after=$(sink_cpu)
  awk -v start="$start" -v end="$end" -v before="$before" -v after="$after" \
    '{ printf "%.3f %.2f %.1f %.2f\n", end - start, $1 + $2, $3 * 1024 / 1e6, after - before }' \
    "$work/time" >>"$file"
}

# median FILE COLUMN
median() {
  awk -v column="$2" '{ print $column }' "$1" | sort -g |
    awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# ratio FILE FILE COLUMN: the median of the ratios within the pairs
ratio() {
  paste -d ' ' "$1" "$2" |
    awk -v a="$3" -v b="$(($3 + 4))" '{ print $b == 0 ? 0 : $a / $b }' >"$work/ratios"
  printf '%.2f' "$(median "$work/ratios" 1)"
}

# per_gib SECONDS BYTES
per_gib() { awk -v s="$1" -v b="$2" 'BEGIN { printf "%.2f", s / b * 1024 ^ 3 }'; }

report() { printf '%s\n' "$*" | tee -a "$work/report"; }

# begin TITLE: a section of the report
begin() {
  report
  report "### $1"
  report
}

# table_head, then side NAME FILE [BYTES] for each line: medians, and CPU per GiB of these bytes
table_head() {
  report '| | runs | wall s | CPU s | CPU s/GiB | peak MB | sink CPU s |'
  report '|---|---|---|---|---|---|---|'
}

side() {
  local cpu
  cpu=$(median "$2" 2)
  report "| $1 | $(wc -l <"$2") | $(median "$2" 1) | $cpu | ${3:+$(per_gib "$cpu" "$3")} |" \
    "$(median "$2" 3) | $(median "$2" 4) |"
}

# verdict WHAT VALUE TARGET
verdict() {
  local judgement
  judgement=$(awk -v v="$2" -v t="$3" 'BEGIN { print v <= t ? "met" : "MISSED" }')
  report "- $1: **$2** (target: at most $3): $judgement"
}
