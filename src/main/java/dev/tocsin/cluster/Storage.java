package dev.tocsin.cluster;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the API server tells of the volumes of a pod, as far as it lets us ask. */
record Storage(KubernetesClient client, Pod pod) {

    /** Those on which data can be kept: what is mounted from the cluster's own objects is not asked about. */
    static List<Pod.Volume> volumes(io.fabric8.kubernetes.api.model.Pod pod) {
        return Optional.ofNullable(pod.getSpec()).stream()
                .flatMap(spec -> spec.getVolumes().stream())
                .flatMap(volume -> kind(volume).stream()
                        .map(kind -> new Pod.Volume(
                                volume.getName(),
                                kind,
                                Optional.ofNullable(volume.getPersistentVolumeClaim())
                                        .map(claim -> claim.getClaimName()))))
                .toList();
    }

    private static Optional<String> kind(Volume volume) {
        if (volume.getSecret() != null
                || volume.getConfigMap() != null
                || volume.getProjected() != null
                || volume.getDownwardAPI() != null) {
            return Optional.empty();
        }
        if (volume.getPersistentVolumeClaim() != null) {
            return Optional.of("persistentVolumeClaim");
        }
        if (volume.getEmptyDir() != null) {
            return Optional.of("emptyDir");
        }
        return Optional.of(volume.getHostPath() != null ? "hostPath" : "of another kind");
    }

    List<String> lines() {
        return pod.volumes().stream()
                .map(volume -> "volume " + volume.name() + ": "
                        + volume.claim()
                                .map(this::claimed)
                                .orElseGet(() -> volume.kind()
                                        + (volume.kind().equals("emptyDir") ? ", which goes with the pod" : "")))
                .toList();
    }

    private String claimed(String name) {
        return known(
                "claim " + name + ", of which is not known more",
                () -> Optional.ofNullable(client.persistentVolumeClaims()
                                .inNamespace(pod.namespace())
                                .withName(name)
                                .get())
                        .map(claim -> described(name, claim))
                        .orElse("claim " + name + ", which is not there"));
    }

    private String described(String name, PersistentVolumeClaim claim) {
        var spec = claim.getSpec();
        var facts = "claim " + name + ", storage class "
                + Optional.ofNullable(spec.getStorageClassName()).orElse("none") + ", "
                + String.join(" ", spec.getAccessModes());
        return Optional.ofNullable(spec.getVolumeName())
                .map(volume -> facts + ", "
                        + known(
                                "volume " + volume + ", of which is not known more",
                                () -> Optional.ofNullable(client.persistentVolumes()
                                                .withName(volume)
                                                .get())
                                        .map(Storage::described)
                                        .orElse("volume " + volume + ", which is not there")))
                .orElse(facts + ", not bound");
    }

    private static String described(PersistentVolume volume) {
        var spec = volume.getSpec();
        var facts = new ArrayList<>(List.of(
                "volume " + volume.getMetadata().getName(),
                kind(spec),
                "reclaim policy "
                        + Optional.ofNullable(spec.getPersistentVolumeReclaimPolicy())
                                .orElse("unknown")));
        facts.add(spec.getNodeAffinity() == null ? "bound to no node" : "bound to its node");
        return String.join(", ", facts);
    }

    private static String kind(PersistentVolumeSpec spec) {
        return Stream.of(
                        Optional.ofNullable(spec.getHostPath()).map(path -> "hostPath " + path.getPath()),
                        Optional.ofNullable(spec.getLocal()).map(path -> "local " + path.getPath()),
                        Optional.ofNullable(spec.getNfs()).map(nfs -> "nfs " + nfs.getServer()),
                        Optional.ofNullable(spec.getCsi()).map(csi -> "csi " + csi.getDriver()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("of another kind");
    }

    private static String known(String otherwise, Supplier<String> question) {
        try {
            return Access.asking("ask", question);
        } catch (ClusterException e) {
            return otherwise + " (" + e.getMessage() + "; deploy/components/facts)";
        }
    }
}
