package dev.tocsin.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.Size;
import dev.tocsin.draft.model.Course;
import dev.tocsin.draft.model.Server;
import dev.tocsin.draft.model.World;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnsweredTest {
    @Test
    void serversFullOfSessionsAreNotAllKept() {
        var answered = new Answered<String>();
        var world = World.fresh(false, Optional.empty());
        var crowd = Server.Stress.of(new SessionStimulus.SleepLoad(new Size.Count(1000), true, 3));
        for (var at = 0; at < 100; at++) {
            ask(answered, world, crowd, at);
        }
        assertThat(answered.held()).isPositive().isLessThanOrEqualTo(Answered.MOST);
    }

    @Test
    void aServerIsAskedOnceForAMoment() {
        var answered = new Answered<String>();
        var world = World.fresh(false, Optional.empty());
        assertThat(ask(answered, world, Server.Stress.NONE, 1))
                .isSameAs(ask(answered, world, Server.Stress.NONE, 1))
                .isNotSameAs(ask(answered, world, Server.Stress.NONE, 2));
    }

    private static Server ask(Answered<String> answered, World world, Server.Stress stress, double at) {
        var moment = new Answered.Moment(world, stress, Course.atRest(at), Server.Role.PRIMARY);
        var server = answered.at(moment).server();
        server.relation("pg_stat_activity");
        answered.trim(moment);
        return server;
    }
}
