package dev.tocsin.domain.doctor;

import java.util.List;

/** Finds findings. */
final class Findings {
    private Findings() {}

    static Finding finding(List<Finding> findings, String name) {
        return findings.stream()
                .filter(finding -> finding.name().contains(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check \"" + name + "\" in " + findings));
    }
}
