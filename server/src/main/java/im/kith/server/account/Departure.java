package im.kith.server.account;

/// What a resident sends to those of another partition, in the order of sending.
sealed interface Departure permits Handover, Broadcast.Copies {

    int partition(Site.Neighbours neighbours);
}
