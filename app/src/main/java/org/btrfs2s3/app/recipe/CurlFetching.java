package org.btrfs2s3.app.recipe;

import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.app.config.S3EndpointConfig;
import org.btrfs2s3.app.config.S3EndpointConfig.Verification;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.s3.ObjectUrls;

/** With curl, which reads credentials from a file, as its arguments can be seen by every user. */
record CurlFetching(ObjectUrls urls, S3EndpointConfig endpoint) implements Fetching {

  private static final String CREDENTIALS =
      """
      # The file with the credentials: the line
      #   user = "KEY-ID:SECRET"
      # and, if they are temporary, also
      #   header = "x-amz-security-token: TOKEN"
      # Within the quotes \\" stands for ", and \\\\ for \\. Keep it to yourself: chmod 600.
      curlrc=./curlrc
      if [[ ! -r $curlrc || $(stat -L -c %a -- "$curlrc") != *00 ]]; then
        echo "FAILED: $curlrc must be a file with credentials that only its owner may read" >&2
        exit 1
      fi
      """;

  /**
   * What curl itself would repeat it would repeat from the beginning, behind what is in the pipe
   * already: so this tells it where to go on.
   */
  private static final String FETCH =
      """
      # Writes an object to standard output. Goes on where a connection broke off.
      fetch() {
        local url=$1 at=0 tries=0 status answer code size
        while true; do
          status=0
          { answer=$("${curl[@]}" \\
            --url "$url" --continue-at "$at" \\
            --write-out '%{stderr}\\n%{http_code} %{size_download}' 2>&1 >&3); } 3>&1 || status=$?
          read -r code size <<<"${answer##*$'\\n'}"
          case $status:$code in
            0:*) return ;;
            18:2?? | 28:2?? | 5[56]:2?? | 92:2??) at=$((at + size)) tries=$((size > 0 ? 0 : tries)) ;;
            [567]:* | 16:* | 28:* | 35:* | 5[256]:* | 92:* | 22:5?? | 22:408 | 22:429) ;;
            *) tries=9 ;;
          esac
          printf '%s\\n' "${answer%$'\\n'*}" >&2
          ((++tries < 10)) || return "$status"
          sleep $((tries * 3))
        done
      }
      """;

  @Override
  public List<String> command(StoredBackup backup, ObjectKey key) {
    return List.of("fetch", urls.of(key));
  }

  @Override
  public List<String> needs() {
    return List.of(
        "curl 7.88 or newer",
        "credentials of the server in a file for curl, which is described below");
  }

  @Override
  public List<String> preamble() {
    List<String> lines = new ArrayList<>(CREDENTIALS.lines().toList());
    lines.add("curl=(" + curl() + ")");
    lines.add("");
    lines.addAll(FETCH.lines().toList());
    return lines;
  }

  /** All but what differs from one object to the next. */
  private String curl() {
    List<String> words = new ArrayList<>(List.of("--silent", "--show-error", "--fail"));
    // Names in a bucket mean nothing but themselves.
    words.addAll(List.of("--globoff", "--path-as-is"));
    words.addAll(List.of("--connect-timeout", "30", "--speed-limit", "1", "--speed-time", "120"));
    words.addAll(List.of("--aws-sigv4", "aws:amz:" + urls.region() + ":s3"));
    words.addAll(List.of("--header", "x-amz-content-sha256: UNSIGNED-PAYLOAD"));
    switch (endpoint.verification()) {
      case Verification.Default _ -> {}
      case Verification.Off _ -> words.add("--insecure");
      case Verification.Authorities authorities ->
          words.addAll(List.of("--cacert", authorities.file().value().toString()));
    }
    return "curl --config \"$curlrc\" " + ShellWord.command(words);
  }
}
