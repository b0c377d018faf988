package org.btrfs2s3.core.plan;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run is going to do.
 *
 * @param withheld deletions that a guard forbids, each with the reason; they are part of {@link
 *     SourcePlan#actions} too
 */
public record Plan(
    Observation observation, List<SourcePlan> sources, Map<Action.Deletion, String> withheld) {

  public Plan {
    sources = List.copyOf(sources);
    withheld = Map.copyOf(withheld);
  }

  /** The actions of one kind that are to be executed, in order. */
  public <A extends Action> List<A> actions(Class<A> kind) {
    return allActions()
        .filter(kind::isInstance)
        .map(kind::cast)
        .filter(action -> !withheld.containsKey(action))
        .toList();
  }

  /** Whether there is nothing to execute; deletions may be withheld all the same. */
  public boolean isEmpty() {
    return actions(Action.class).isEmpty();
  }

  /** Whether a remote of any source could be listed. */
  public boolean isAnyRemoteThere() {
    return sources.stream()
        .flatMap(source -> source.remotes().stream())
        .anyMatch(RemotePlan::isThere);
  }

  public List<Problem> problems() {
    return Problems.of(this);
  }

  private Stream<Action> allActions() {
    return sources.stream().flatMap(source -> source.actions().stream());
  }
}
