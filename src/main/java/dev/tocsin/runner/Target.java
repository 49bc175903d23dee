package dev.tocsin.runner;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.ledger.Ledgers;
import dev.tocsin.stress.Stressor;

/**
 * A configured target.
 *
 * @param labels what alerts of it carry; empty when that is not configured
 */
public record Target(String name, boolean optedIn, Labels labels, Stressor stressor, Ledgers ledgers) {}
