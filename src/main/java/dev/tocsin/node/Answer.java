package dev.tocsin.node;

import java.util.Optional;

/**
 * What an agent answered to a request.
 *
 * @param nonce of the request that is answered
 * @param accepted whether the node restarts now
 * @param why when it does not
 */
public record Answer(String nonce, boolean accepted, String why) {
    private static final String ACCEPTED = "accepted";
    private static final String REFUSED = "refused";

    String text() {
        return (accepted ? ACCEPTED : REFUSED) + " " + nonce + (accepted ? "" : " " + why);
    }

    static Optional<Answer> parse(String text) {
        var words = text.split(" ", 3);
        return switch (words[0]) {
            case ACCEPTED -> words.length == 2 ? Optional.of(new Answer(words[1], true, "")) : Optional.empty();
            case REFUSED -> words.length == 3 ? Optional.of(new Answer(words[1], false, words[2])) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
