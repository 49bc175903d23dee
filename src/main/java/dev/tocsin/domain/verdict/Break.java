package dev.tocsin.domain.verdict;

import dev.tocsin.domain.chain.Link;
import java.util.List;

/**
 * Where and why the chain broke.
 *
 * @param reason one word in CamelCase for programs
 * @param why one sentence for people
 * @param evidence what was seen, a line each
 * @param next what to look at or to type next
 */
public record Break(Link link, String reason, String why, List<String> evidence, String next) {
    public Break {
        evidence = List.copyOf(evidence);
    }
}
