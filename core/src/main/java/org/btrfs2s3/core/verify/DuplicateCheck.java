package org.btrfs2s3.core.verify;

import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.catalog.Duplicate;
import org.jspecify.annotations.Nullable;

/**
 * Second objects of backups: told when it is known what is wrong with the ones that count, so that
 * nobody is advised to delete the good one.
 */
final class DuplicateCheck {

  private final Inventory inventory;
  private final Findings findings;
  private final @Nullable DataCheck data;

  /**
   * @param data reads second objects that differ from the ones that count; null: nothing is read
   */
  DuplicateCheck(Inventory inventory, Findings findings, @Nullable DataCheck data) {
    this.inventory = inventory;
    this.findings = findings;
    this.data = data;
  }

  /**
   * @param damaged backups of which the object that counts is damaged
   * @param checked those that could be looked at to the end, whatever was found
   * @param sampled those that were chosen to be looked at
   */
  void run(Set<UUID> damaged, Set<UUID> checked, Set<UUID> sampled) throws InterruptedException {
    for (var duplicate : inventory.duplicates()) {
      var uuid = duplicate.object().uuid();
      if (damaged.contains(uuid)) {
        beside(duplicate, sampled.contains(uuid) ? state(duplicate) : State.UNKNOWN);
      } else if (duplicate.mayBeEqual()) {
        note(
            duplicate,
            Severity.INFO,
            "of the same size",
            "btrfs2s3 gc --duplicates deletes it if both are equal, byte by byte");
      } else {
        boolean isRead = data != null && checked.contains(uuid);
        differs(duplicate, isRead, isRead ? state(duplicate) : State.UNKNOWN);
      }
    }
  }

  private void beside(Duplicate duplicate, State state) {
    note(
        duplicate,
        Severity.WARNING,
        "the other is damaged, and this one " + state.words,
        state == State.WHOLE
            ? "keep this one; move the other away, or delete it by hand: then this one counts"
            : "delete neither; " + Findings.READS_BOTH);
  }

  private void differs(Duplicate duplicate, boolean isRead, State state) {
    var other = isRead ? "the other was read to its end, and this one " : "this one ";
    note(
        duplicate,
        Severity.WARNING,
        "they differ; " + other + state.words,
        isRead
            ? "delete the one that you do not need by hand"
            : "delete neither yet; " + Findings.READS_BOTH);
  }

  private void note(Duplicate duplicate, Severity severity, String message, String advice) {
    findings.note(
        severity,
        Finding.Kind.DUPLICATE,
        duplicate.object(),
        duplicate.object().key(),
        duplicate.inWords() + "; " + message,
        advice);
  }

  private State state(Duplicate duplicate) throws InterruptedException {
    return data == null ? State.UNKNOWN : data.stateOf(duplicate.object());
  }

  /** What is known of a second object. */
  enum State {
    WHOLE("is whole, as reading it to its end showed"),
    DAMAGED("is damaged"),
    UNKNOWN("was not read");

    private final String words;

    State(String words) {
      this.words = words;
    }
  }
}
