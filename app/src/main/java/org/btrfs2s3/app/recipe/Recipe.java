package org.btrfs2s3.app.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.console.Printable;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.backup.ShownTime;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.StoredChain;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * A bash script that restores a chain with plain tools, for people to read, keep and run. Whoever
 * can write to a bucket chooses names in it: in commands each is one quoted word, in comments it is
 * one line of what shows.
 */
public final class Recipe {

  private static final String PLACEHOLDER = "/mnt/restore";

  private final StoredChain.Complete chain;
  private final Fetching fetching;
  private final Decoders decoders;
  private final @Nullable Path target;
  private final List<String> lines = new ArrayList<>();

  private Recipe(
      StoredChain.Complete chain, Fetching fetching, Decoders decoders, @Nullable Path target) {
    this.chain = chain;
    this.fetching = fetching;
    this.decoders = decoders;
    this.target = target;
  }

  /**
   * The lines of the script.
   *
   * @param program what fetches from a bucket
   * @param target where the subvolumes go; null to leave that to the reader
   * @throws IOException if it cannot be found out how something is to be decoded, or no command can
   *     name it
   */
  public static List<String> of(
      StoredChain.Complete chain,
      RemoteConfig remote,
      FetchProgram program,
      Decoders decoders,
      @Nullable Path target)
      throws IOException, InterruptedException {
    var recipe = new Recipe(chain, Fetching.from(remote, program), decoders, target);
    try {
      recipe.write();
    } catch (IllegalArgumentException e) {
      throw new IOException("there can be no recipe: " + e.getMessage(), e);
    }
    return recipe.lines;
  }

  private void write() throws IOException, InterruptedException {
    List<List<List<String>>> decoding = new ArrayList<>();
    for (var backup : chain.backups()) {
      decoding.add(decoders.of(backup));
    }
    lines.add("#!/bin/bash");
    comment(
        "Restores backup %s without btrfs2s3: %d backup(s), %s to fetch, each sent against the one before it."
            .formatted(
                chain.backups().getLast().uuid(),
                chain.backups().size(),
                ShownBytes.of(chain.size())));
    comment("Run it as root, with bash. It needs:");
    fetching.needs().forEach(need -> comment("  - " + need));
    tools(decoding).forEach(need -> comment("  - " + need));
    lines.add("set -euo pipefail");
    lines.add("");
    comment("Where the subvolumes go: a directory on btrfs. There must be no other copy of these");
    comment("subvolumes on that file system, or btrfs receive may take it for the send parent.");
    lines.add("target=" + ShellWord.of(target == null ? PLACEHOLDER : target.toString()));
    var preamble = fetching.preamble();
    if (!preamble.isEmpty()) {
      lines.add("");
      lines.addAll(preamble);
    }
    lines.add("");
    comment("gpg tells only at its end that something was damaged: a subvolume that was received");
    comment("when anything failed must not be used. It does not refuse what nobody has signed.");
    lines.add("failed() {");
    lines.add(
        "  echo \"FAILED: delete the subvolume that was received last from $target"
            + " (btrfs subvolume delete) and begin anew\" >&2");
    lines.add(
        "  echo \"(if btrfs says 'File exists' above, an earlier run received it, and nothing is"
            + " wrong with it: use another target)\" >&2");
    lines.add("  exit 1");
    lines.add("}");
    for (int i = 0; i < decoding.size(); i++) {
      member(i, decoding.get(i));
    }
    lines.add("");
    lines.add("sync");
    comment(
        "Done: the newest subvolume in the target is the one that was wanted. It is read-only;");
    comment("btrfs subvolume snapshot makes a writable one. The others are its ancestors.");
  }

  private static List<String> tools(List<List<List<String>>> decoding) {
    var programs =
        decoding.stream()
            .flatMap(List::stream)
            .map(List::getFirst)
            .distinct()
            .collect(Collectors.toCollection(ArrayList::new));
    List<String> needs = new ArrayList<>();
    if (programs.remove(Decoders.GPG)) {
      needs.add("gpg with the secret key: gpg --import backup.sec.asc");
    }
    programs.forEach(needs::add);
    needs.add("btrfs (btrfs-progs)");
    return needs;
  }

  private void member(int index, List<List<String>> decoding) throws IOException {
    var backup = chain.backups().get(index);
    var identity = backup.identity();
    lines.add("");
    comment(
        "%d of %d: %s of %s, %s, %s%s"
            .formatted(
                index + 1,
                chain.backups().size(),
                backup.label().base(),
                ShownTime.of(backup.label()),
                identity.isFull() ? "full" : "against the one before",
                ShownBytes.of(backup.size()),
                parts(backup)));
    archived(backup);
    if (backup.parts() == null) {
      lines.add(pipe(backup, backup.key(), decoding) + " |");
    } else {
      lines.add("{");
      var keys = backup.contentKeys();
      for (int i = 0; i < keys.size(); i++) {
        lines.add("  " + pipe(backup, keys.get(i), decoding) + (i < keys.size() - 1 ? " &&" : ""));
      }
      lines.add("} |");
    }
    lines.add("  btrfs receive -- \"$target\" || failed");
  }

  private static String parts(StoredBackup backup) {
    var parts = backup.parts();
    return parts == null ? "" : ", %d segment(s)".formatted(parts.segments().size());
  }

  private void archived(StoredBackup backup) {
    if (backup.storageClass() != null && backup.storageClass().matches("GLACIER|DEEP_ARCHIVE")) {
      comment(
          "It is in %s: thaw it first (aws s3api restore-object), which takes hours."
              .formatted(backup.storageClass()));
    }
  }

  private String pipe(StoredBackup backup, ObjectKey key, List<List<String>> decoding)
      throws IOException {
    List<List<String>> commands = new ArrayList<>();
    commands.add(fetching.command(backup, key));
    commands.addAll(decoding);
    return commands.stream().map(ShellWord::command).collect(Collectors.joining(" | "));
  }

  private void comment(String text) {
    lines.add("# " + Printable.line(text));
  }
}
