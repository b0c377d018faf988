package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StatusAreaTest {

  private final FakeTerminal terminal = new FakeTerminal(20, 4);
  private final StatusArea area = new StatusArea(terminal.stream(), terminal::window);
  private final PrintStream above = area.above();

  @Test
  void passesOtherOutputOnWhereNothingIsShown() {
    above.print("a question? ");
    assertThat(terminal.screen()).containsExactly("a question?");

    above.println("an answer");
    assertThat(terminal.screen()).containsExactly("a question? an answe", "r", "");
  }

  @Test
  void showsLinesInPlaceOfThoseBefore() {
    above.println("begin");
    area.show(List.of("one 1", "two 1"));
    area.show(List.of("one 2", "two 2", "three 2"));
    area.show(List.of("3"));

    assertThat(terminal.screen()).containsExactly("begin", "3");
  }

  @Test
  void keepsOtherOutputAbove() {
    area.show(List.of("one 1", "two 1"));
    above.println("something failed");
    above.println("and more");
    area.show(List.of("one 2", "two 2"));

    assertThat(terminal.screen()).containsExactly("something failed", "and more", "one 2", "two 2");
  }

  @Test
  void holdsTheBeginningOfALineUntilItsEnd() {
    area.show(List.of("bar"));
    above.print("half");
    above.flush();
    assertThat(terminal.screen()).containsExactly("bar");

    above.print(" done\nnext");
    assertThat(terminal.screen()).containsExactly("bar");

    above.println();
    assertThat(terminal.screen()).containsExactly("half done", "next", "bar");
  }

  @Test
  void leavesOtherOutputWhereItShowsNothingAnyMore() {
    above.println("begin");
    area.show(List.of("one", "two"));
    above.print("not ended");
    area.show(List.of());
    above.println(", now it is");

    assertThat(terminal.screen()).containsExactly("begin", "not ended, now it is", "");
  }

  @Test
  void beginsItsLinesBelowAnUnfinishedOne() {
    above.print("unfinished");
    area.show(List.of("bar"));

    assertThat(terminal.screen()).containsExactly("unfinished", "bar");
  }

  @Test
  void takesNoMoreLinesThanTheWindowHas() {
    area.show(List.of("1", "2", "3", "4", "5", "6"));
    area.show(List.of("1", "2", "3", "4", "5", "6"));

    assertThat(terminal.screen()).containsExactly("1", "2", "3", "4");
    assertThat(area.columns()).isEqualTo(19);
  }
}
