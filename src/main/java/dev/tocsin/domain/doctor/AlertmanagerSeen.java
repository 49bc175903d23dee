package dev.tocsin.domain.doctor;

import dev.tocsin.domain.chain.Sight;
import java.util.Optional;

/**
 * What was seen of one configured Alertmanager.
 *
 * @param routing what it was told to do with alerts; empty when it could not be asked
 * @param silences those that have not expired; empty when it could not be asked
 */
public record AlertmanagerSeen(
        String url,
        Sight.SourceSeen about,
        Optional<Sight.RoutingSeen> routing,
        Optional<Sight.SilencesSeen> silences) {}
