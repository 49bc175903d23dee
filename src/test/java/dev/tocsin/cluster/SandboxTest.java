package dev.tocsin.cluster;

import java.util.Map;

final class SandboxTest extends PodsContract {
    private final Sandbox sandbox = new Sandbox();

    @Override
    protected Pods pods() {
        return sandbox;
    }

    @Override
    protected void put(String name, Map<String, String> annotations) {
        var _ = sandbox.put(NAMESPACE, name, "app=pg", annotations);
    }

    @Override
    protected void budget(String name, String pod) {
        sandbox.budget(name, pod);
    }

    @Override
    protected void forbid(String what) {
        sandbox.forbid(what);
    }

    @Override
    protected String lastEvent() {
        var event = sandbox.told().getLast();
        return (event.kind() == Events.Kind.NORMAL ? "Normal" : "Warning") + " " + event.reason() + " "
                + event.message() + " " + event.about().uid();
    }
}
