package org.btrfs2s3.app.cli;

import java.io.Console;
import java.util.Locale;
import java.util.Optional;
import org.btrfs2s3.core.linux.ControllingTerminal;
import org.jspecify.annotations.Nullable;

/** The person at the terminal, if there is one. */
final class Terminal {

  private static volatile boolean asking;

  private Terminal() {}

  private static Optional<Console> console() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }

  static boolean isThere() {
    return console().isPresent();
  }

  /** Whether the answer is yes; anything else, the end of input included, is no. */
  static boolean confirms(String question) {
    asking = true;
    try {
      var answer = console().map(console -> console.readLine("%s [y/N] ", question)).orElse("");
      return answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    } finally {
      asking = false;
    }
  }

  /**
   * Asks at the terminal of the session, so that input and output may be pipes. Null where nobody
   * can be asked.
   *
   * @param again whether the last answer was wrong
   */
  static char @Nullable [] readPassphrase(String of, boolean again) {
    asking = true;
    try {
      return ControllingTerminal.readSecret(
              (again ? "wrong; once more the " : "") + "passphrase of " + of + ": ")
          .orElse(null);
    } finally {
      asking = false;
    }
  }

  /** Whether the program waits for an answer, and so does nothing that would have to be ended. */
  static boolean isAsking() {
    return asking;
  }
}
