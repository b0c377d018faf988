package org.btrfs2s3.core.reseed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.verify.Finding;
import org.btrfs2s3.core.verify.NotChecked;
import org.btrfs2s3.core.verify.VerifyReport;
import org.jspecify.annotations.Nullable;

/**
 * Judges by verifications of a remote whether a reseeding reached what it should: what is wrong
 * with the backups that it is about are failures; what is wrong with others was so before, and is
 * only told. Pure.
 */
final class Judgement {
  private final RemoteId remote;
  private final Expected expected;
  private final Set<UUID> backups;
  private final Set<UUID> sources;
  private final String wayOut;
  private final Set<String> notes = new LinkedHashSet<>();
  private final Set<Failure> failures = new LinkedHashSet<>();

  /** What the remote did not show, by the backup, the first of each. */
  private final Map<@Nullable UUID, NotChecked> hidden = new LinkedHashMap<>();

  /**
   * @param wayOut what to do about a backup that is missing or damaged
   */
  Judgement(RemoteId remote, Expected expected, String wayOut) {
    this.remote = remote;
    this.expected = expected;
    this.backups = expected.backups();
    this.sources = expected.sources();
    this.wayOut = wayOut;
  }

  /** Whether everything is listed, and as large as it should be. */
  void compare(VerifyReport listing) {
    Map<UUID, StoredBackup> listed = new HashMap<>();
    listing.sampled().forEach(backup -> listed.put(backup.uuid(), backup));
    for (var one : expected.brought()) {
      var wanted = one.backup();
      var found = listed.get(wanted.uuid());
      if (found == null) {
        missing(wanted.uuid(), "was brought there");
      } else if (found.key().equals(wanted.key()) && found.size() != one.bytes()) {
        damaged(
            "%s has %d bytes there instead of %d"
                .formatted(wanted.key(), found.size(), one.bytes()));
      }
    }
    for (var wanted : expected.there()) {
      if (!listed.containsKey(wanted.uuid())) {
        missing(wanted.uuid(), "was there when this run began");
      }
    }
  }

  private void missing(UUID backup, String before) {
    failures.add(
        failure(
            "backup %s %s, and is not listed as a whole one any more; %s"
                .formatted(backup, before, wayOut)));
  }

  /** Takes what was found, and what could not be looked at. */
  void add(VerifyReport report) {
    for (var finding : report.findings()) {
      if (isOurs(finding)) {
        damaged(text(finding));
      } else if (finding.isDamage()) {
        note("none of this run: " + text(finding));
      }
    }
    for (var what : report.notChecked()) {
      if (what.undecodable()) {
        note("not verified inside: %s: %s".formatted(what.key(), what.message()));
      } else {
        hidden.putIfAbsent(what.uuid(), what);
      }
    }
  }

  /** Nobody may delete these backups meanwhile: that one is gone is never right. */
  private boolean isOurs(Finding finding) {
    if (!finding.isDamage() && finding.kind() != Finding.Kind.VANISHED) {
      return false;
    }
    return finding.uuid() == null
        ? finding.source() != null && sources.contains(finding.source())
        : backups.contains(finding.uuid())
            || finding.dependents().stream().anyMatch(backups::contains);
  }

  private static String text(Finding finding) {
    return finding.key() == null ? finding.message() : finding.key() + ": " + finding.message();
  }

  private void damaged(String what) {
    failures.add(failure(what + "; " + wayOut));
  }

  private Failure failure(String message) {
    return new Failure(Failure.Kind.REMOTE, "remote " + remote + ": " + message);
  }

  void add(Failure failure) {
    failures.add(failure);
  }

  void note(String note) {
    notes.add(note);
  }

  List<Failure> failures() {
    List<Failure> all = new ArrayList<>(failures);
    var ours = hidden.values().stream().filter(this::isOurs).toList();
    if (!ours.isEmpty()) {
      // One message for all: they have one reason, mostly.
      var first = ours.getFirst();
      all.add(
          new Failure(
              Failure.Kind.REMOTE_AWAY,
              "remote %s: %d of the backups could not be looked at, the first of them at %s: %s"
                  .formatted(remote, ours.size(), first.key(), first.message())));
    }
    return all;
  }

  List<String> notes() {
    List<String> all = new ArrayList<>(notes);
    long others = hidden.values().stream().filter(what -> !isOurs(what)).count();
    if (others > 0) {
      all.add(others + " backup(s) that are none of this run could not be looked at");
    }
    return all;
  }

  private boolean isOurs(NotChecked what) {
    return what.uuid() != null && backups.contains(what.uuid());
  }
}
