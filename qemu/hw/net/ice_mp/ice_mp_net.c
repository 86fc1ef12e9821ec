/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports of the ice_mp function as QEMU NICs
 *
 * Copyright (c) 2026 The ice_mp authors
 *
 * No frame is lost here. Towards the core: a frame it cannot take yet is
 * answered with 0, the net layer keeps it and stops the backend, and it is
 * retried from the bottom half once the core says so. Towards the backend:
 * a frame the net layer had to keep blocks the port until its callback.
 */

#include "qemu/osdep.h"
#include "net/net.h"
#include "net/queue.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/main-loop.h"

#include "ice_mp.h"

/* ice_core_iov goes to the net layer as it is. */
QEMU_BUILD_BUG_ON(sizeof(struct ice_core_iov) != sizeof(struct iovec));
QEMU_BUILD_BUG_ON(offsetof(struct ice_core_iov, base) !=
                  offsetof(struct iovec, iov_base));
QEMU_BUILD_BUG_ON(offsetof(struct ice_core_iov, len) !=
                  offsetof(struct iovec, iov_len));

/* Mark a port for a retry once the core is free again. */
static void ice_mp_net_defer(IceMpPort *port)
{
    port->s->rx_flush |= 1u << port->lport;
    ice_mp_schedule(port->s);
}

/*
 * A NetQueue gives a frame to a receiver that says yes even when older ones
 * wait in it. So once a frame had to wait, nothing passes until the flush has
 * emptied the queue: frames of a port stay in order.
 */
static bool ice_mp_net_can_receive(NetClientState *nc)
{
    IceMpPort *port = qemu_get_nic_opaque(nc);
    IceMpState *s = port->s;

    if (s->busy && !s->in_tx) {
        port->held = true;
        ice_mp_net_defer(port);
    } else if (!s->core || !ice_core_can_rx(s->core, port->lport)) {
        port->held = true;      /* until ops.rx_ready or a reset */
    }
    return !port->held;
}

static ssize_t ice_mp_net_receive(NetClientState *nc, const uint8_t *buf,
                                  size_t size)
{
    IceMpPort *port = qemu_get_nic_opaque(nc);
    IceMpState *s = port->s;
    enum ice_core_rx_rc rc;

    if (!size) {
        return -1;              /* 0 would mean "keep it" */
    }
    if (port->held && !port->flushing) {
        return 0;               /* a backend that did not ask first */
    }
    if (s->in_tx) {
        rc = ice_core_rx(s->core, port->lport, buf, size);
    } else if (ice_mp_enter(s)) {
        rc = ice_core_rx(s->core, port->lport, buf, size);
        ice_mp_leave(s);
    } else {
        port->held = true;
        ice_mp_net_defer(port);
        return 0;
    }
    if (rc != ICE_CORE_RX_DONE) {
        port->held = true;
        return 0;
    }
    return size;
}

static void ice_mp_net_link_changed(NetClientState *nc)
{
    IceMpPort *port = qemu_get_nic_opaque(nc);

    ice_mp_net_sync(port->s, port->lport);
}

static NetClientInfo ice_mp_net_info = {
    .type = NET_CLIENT_DRIVER_NIC,
    .size = sizeof(NICState),
    .can_receive = ice_mp_net_can_receive,
    .receive = ice_mp_net_receive,
    .link_status_changed = ice_mp_net_link_changed,
};

/* The backend took the frame the net layer held for us. */
static void ice_mp_net_sent(NetClientState *nc, ssize_t len)
{
    IceMpPort *port = qemu_get_nic_opaque(nc);

    port->tx_blocked = false;
    /* Maybe called from within our own send: the core waits for the BH. */
    port->s->tx_ready |= 1u << port->lport;
    ice_mp_schedule(port->s);
}

bool ice_mp_net_tx(void *opaque, uint8_t lport, const struct ice_core_iov *iov,
                   unsigned int iovcnt, size_t len)
{
    IceMpState *s = opaque;
    IceMpPort *port = &s->port[lport];
    ssize_t ret;

    if (!port->nic) {
        return true;            /* no cable: the frame is gone */
    }
    if (port->tx_blocked) {
        return false;
    }
    /* Set before, as the callback may come before the call returns. */
    port->tx_blocked = true;
    s->in_tx = true;
    ret = qemu_sendv_packet_async(qemu_get_queue(port->nic),
                                  (const struct iovec *)iov, iovcnt,
                                  ice_mp_net_sent);
    s->in_tx = false;
    if (ret != 0) {
        port->tx_blocked = false;
    }
    return true;
}

void ice_mp_net_sync(IceMpState *s, unsigned int lport)
{
    IceMpPort *port = &s->port[lport];
    NetClientState *nc;
    bool present;

    if (!port->nic) {
        return;                 /* wired, or no backend: nothing ever changes */
    }
    nc = qemu_get_queue(port->nic);
    present = nc->peer && !port->nic->peer_deleted;
    if (!ice_mp_enter(s)) {
        s->link_sync |= 1u << lport;
        ice_mp_schedule(s);
        return;
    }
    ice_core_set_backend(s->core, lport, present, present && !nc->link_down);
    ice_mp_leave(s);
}

/* Own queue first: what waits behind a hub is younger. */
static void ice_mp_net_flush_port(IceMpPort *port)
{
    NetClientState *nc = qemu_get_queue(port->nic);
    bool empty;

    nc->receive_disabled = 0;
    port->flushing = true;
    empty = qemu_net_queue_flush(nc->incoming_queue);
    port->flushing = false;
    if (empty) {
        port->held = false;
        qemu_flush_queued_packets(nc);
    }
}

void ice_mp_net_flush(IceMpState *s, uint8_t mask)
{
    unsigned int i;

    for (i = 0; i < s->nb_ports; i++) {
        if ((mask & (1u << i)) && s->port[i].nic) {
            ice_mp_net_flush_port(&s->port[i]);
        }
    }
}

/* Ports named by properties must exist and take one queue each. */
bool ice_mp_net_check(IceMpState *s, Error **errp)
{
    unsigned int i;

    if (s->nb_ports < 1 || s->nb_ports > ICE_CORE_MAX_PORTS) {
        error_setg(errp, "ports=%u is out of range 1..%d", s->nb_ports,
                   ICE_CORE_MAX_PORTS);
        return false;
    }
    for (i = 0; i < ICE_CORE_MAX_PORTS; i++) {
        NICPeers *peers = &s->port[i].conf.peers;

        if (i >= s->nb_ports && peers->queues) {
            error_setg(errp, "netdev%u names a port beyond ports=%u", i,
                       s->nb_ports);
            return false;
        }
        if (i >= s->nb_ports && s->speed[i]) {
            error_setg(errp, "speed%u names a port beyond ports=%u", i,
                       s->nb_ports);
            return false;
        }
        if (peers->queues > 1) {
            error_setg(errp, "netdev%u has %d queues, a port takes one", i,
                       peers->queues);
            return false;
        }
    }
    return true;
}

/*
 * Give each port its permanent address: base + lport, or QEMU's next ones.
 * QEMU's pool takes addresses back when a NIC goes, so a port without one
 * (wired, or not connected) does not draw from it.
 */
bool ice_mp_net_macs(IceMpState *s, Error **errp)
{
    static const MACAddr zero;
    static uint16_t unconnected;
    bool unset = !memcmp(&s->mac, &zero, sizeof(zero));
    uint32_t nic_part = s->mac.a[3] << 16 | s->mac.a[4] << 8 | s->mac.a[5];
    unsigned int i;

    if (!unset && (s->mac.a[0] & 1)) {
        error_setg(errp, "mac=%02x:%02x:%02x:%02x:%02x:%02x is a group address",
                   s->mac.a[0], s->mac.a[1], s->mac.a[2], s->mac.a[3],
                   s->mac.a[4], s->mac.a[5]);
        return false;
    }
    if (!unset && nic_part + s->nb_ports - 1 > 0xffffff) {
        error_setg(errp, "mac=%02x:%02x:%02x:%02x:%02x:%02x leaves no room for "
                   "%u consecutive addresses", s->mac.a[0], s->mac.a[1],
                   s->mac.a[2], s->mac.a[3], s->mac.a[4], s->mac.a[5],
                   s->nb_ports);
        return false;
    }
    for (i = 0; i < s->nb_ports; i++) {
        MACAddr *mac = &s->port[i].conf.macaddr;

        memset(mac, 0, sizeof(*mac));
        if (!unset) {
            memcpy(mac->a, s->mac.a, 3);
            mac->a[3] = (nic_part + i) >> 16;
            mac->a[4] = (nic_part + i) >> 8;
            mac->a[5] = nic_part + i;
        }
        if (s->port[i].conf.peers.queues) {
            qemu_macaddr_default_if_unset(mac);
        } else if (unset) {
            *mac = (MACAddr) { .a = { 0x02, 0x1c, 0xe0, unconnected >> 8,
                                      unconnected, i } };
        }
    }
    unconnected++;
    s->mac = s->port[0].conf.macaddr;
    return true;
}

/* wire=A:B[+C:D...]: join ports inside the device. */
bool ice_mp_net_wires(IceMpState *s, Error **errp)
{
    g_auto(GStrv) pairs = NULL;
    unsigned int i;

    if (!s->wire || !*s->wire) {
        return true;
    }
    pairs = g_strsplit(s->wire, "+", -1);
    for (i = 0; pairs[i]; i++) {
        const char *rest;
        unsigned int a, b, p;

        if (qemu_strtoui(pairs[i], &rest, 10, &a) || *rest != ':' ||
            qemu_strtoui(rest + 1, NULL, 10, &b)) {
            error_setg(errp, "wire: '%s' is not of the form A:B", pairs[i]);
            return false;
        }
        for (p = a; ; p = b) {
            if (p >= s->nb_ports) {
                error_setg(errp, "wire: port %u of '%s' is beyond ports=%u", p,
                           pairs[i], s->nb_ports);
                return false;
            }
            if (s->port[p].conf.peers.queues) {
                error_setg(errp, "wire: port %u of '%s' has netdev%u", p,
                           pairs[i], p);
                return false;
            }
            if (s->port[p].wired) {
                error_setg(errp, "wire: port %u of '%s' is wired already", p,
                           pairs[i]);
                return false;
            }
            if (p == b) {
                break;
            }
        }
        if (ice_core_wire(s->core, a, b)) {
            error_setg(errp, "wire: '%s' is refused by the device", pairs[i]);
            return false;
        }
        s->port[a].wired = true;
        s->port[b].wired = true;
    }
    return true;
}

void ice_mp_net_init(IceMpState *s)
{
    DeviceState *dev = DEVICE(s);
    unsigned int i;

    for (i = 0; i < s->nb_ports; i++) {
        IceMpPort *port = &s->port[i];
        g_autofree char *name = dev->id ? g_strdup_printf("%s.%u", dev->id, i)
                                        : NULL;

        if (!port->conf.peers.queues) {
            continue;
        }
        port->nic = qemu_new_nic(&ice_mp_net_info, &port->conf,
                                 object_get_typename(OBJECT(s)), name,
                                 &dev->mem_reentrancy_guard, port);
        qemu_set_info_str(qemu_get_queue(port->nic),
                          "model=%s,port=%u,macaddr=%02x:%02x:%02x:%02x:%02x:%02x",
                          TYPE_ICE_MP, i, port->conf.macaddr.a[0],
                          port->conf.macaddr.a[1], port->conf.macaddr.a[2],
                          port->conf.macaddr.a[3], port->conf.macaddr.a[4],
                          port->conf.macaddr.a[5]);
    }
}

void ice_mp_net_exit(IceMpState *s)
{
    unsigned int i;

    for (i = 0; i < ICE_CORE_MAX_PORTS; i++) {
        if (s->port[i].nic) {
            qemu_del_nic(s->port[i].nic);
            s->port[i].nic = NULL;
        }
        s->port[i].tx_blocked = false;
        s->port[i].held = false;
        s->port[i].wired = false;
    }
}
