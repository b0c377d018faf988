# OpenPGP alone: the stage's thread and its whole process against gpg, on bytes in the page cache.

readonly OPENPGP_MEBIBYTES=$((2048 * SCALE / 100))

row_openpgp() {
  begin 'OpenPGP alone, AES-256 with MDC'
  local bytes=$((OPENPGP_MEBIBYTES << 20)) name mode
  head -c "$bytes" /dev/urandom >"$work/plain"
  gpg_encrypt "$work/plain" "$work/cipher"
  local i
  for ((i = 1; i <= PAIRS; i++)); do
    say "Pair $i of $PAIRS"
    for mode in encrypt decrypt; do
      measure "$work/gpg.$mode" bash -c "$(declare -f "gpg_$mode"); gpg_$mode \"\$@\"" gpg \
        "$(openpgp_input "$mode")" /dev/null
      measure "$work/ours.$mode" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx256m \
        --enable-native-access=ALL-UNNAMED -cp "$LIBRARIES/*" "$BENCH/OpenPgpStage.java" "$mode" \
        "$(openpgp_key "$mode")" "$(openpgp_input "$mode")"
      # The same line, with the CPU of the thread in the place of that of the process.
      awk -v cpu="$(<"$work/output")" '{ line = $0 } END { split(line, f); print f[1], cpu, f[3], 0 }' \
        "$work/ours.$mode" >>"$work/stage.$mode"
    done
  done
  table_head
  for mode in encrypt decrypt; do
    name=$([[ $mode == encrypt ]] && echo 'gpg -e -z0' || echo 'gpg -d')
    side "\`$name\`" "$work/gpg.$mode" "$bytes"
    side "btrfs2s3, $mode: the stage's thread" "$work/stage.$mode" "$bytes"
    side "btrfs2s3, $mode: a process with nothing else" "$work/ours.$mode" "$bytes"
  done
  report
  verdict 'CPU, stage / gpg -e -z0' "$(ratio "$work/stage.encrypt" "$work/gpg.encrypt" 2)" 1.0
  verdict 'CPU, stage / gpg -d' "$(ratio "$work/stage.decrypt" "$work/gpg.decrypt" 2)" 0.8
  rm "$work/plain" "$work/cipher"
}

gpg_encrypt() {
  gpg --batch --quiet --yes --trust-model always -z0 -e -r "$RECIPIENT" -o "$2" "$1"
}

gpg_decrypt() { gpg --batch --quiet --yes -o "$2" -d "$1"; }

openpgp_input() { [[ $1 == encrypt ]] && echo "$work/plain" || echo "$work/cipher"; }

openpgp_key() { [[ $1 == encrypt ]] && echo "$work/public.asc" || echo "$work/secret.asc"; }
