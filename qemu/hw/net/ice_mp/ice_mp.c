/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ice_mp: an E810-like PCI function that owns several Ethernet ports
 *
 * Copyright (c) 2026 The ice_mp authors
 */

#include "qemu/osdep.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_aer.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/range.h"
#include "qemu/units.h"

#include "ice_mp.h"

#define ICE_MP_DEVICE_ID        0x1592

#define ICE_MP_MMIO_BAR         0
#define ICE_MP_MMIO_SIZE        (32 * MiB)
#define ICE_MP_MSIX_SIZE        (64 * KiB)
#define ICE_MP_MAX_VECTORS      2048

/* Packets per turn: keeps the BQL free for the vCPUs in between. */
#define ICE_MP_RUN_BUDGET       256

/* Turns that others get for one doorbell; more of them are the main loop's. */
#define ICE_MP_OTHERS_TURNS     64

/*
 * Devices of ours may be on one hub: frames that a doorbell of one brings to
 * the others are given to their drivers before the processor goes on, as
 * between two ports of one device. Under the BQL, as everything here.
 */
static IceMpState *ice_mp_turn; /* whose turn it is, after a doorbell */
static QSIMPLEQ_HEAD(, IceMpState) ice_mp_others =
    QSIMPLEQ_HEAD_INITIALIZER(ice_mp_others);

void ice_mp_schedule(IceMpState *s)
{
    if (!s->bh || !s->running || s->waits) {
        return;
    }
    if (ice_mp_turn && ice_mp_turn != s && s->kicked) {
        s->waits = true;
        QSIMPLEQ_INSERT_TAIL(&ice_mp_others, s, next);
    } else {
        qemu_bh_schedule(s->bh);
    }
}

void ice_mp_leave(IceMpState *s)
{
    assert(s->busy);
    s->busy = false;
    if (s->kicked || s->rx_flush || s->tx_ready || s->link_sync) {
        ice_mp_schedule(s);
    }
}

/* One turn of the core; the rest of a long one is left to the bottom half. */
static void ice_mp_run(IceMpState *s)
{
    ice_mp_enter(s);
    s->kicked = ice_core_run(s->core, ICE_MP_RUN_BUDGET);
    ice_mp_leave(s);
}

/*
 * Serve a doorbell at once: waking the main loop costs more than the packets
 * do, and it would find them one by one.
 */
static void ice_mp_serve(IceMpState *s)
{
    unsigned int turns = 0;

    s->busy = false;
    ice_mp_turn = s;
    ice_mp_run(s);
    while ((s = QSIMPLEQ_FIRST(&ice_mp_others))) {
        QSIMPLEQ_REMOVE_HEAD(&ice_mp_others, next);
        s->waits = false;
        if (turns++ < ICE_MP_OTHERS_TURNS) {
            ice_mp_turn = s;
            ice_mp_run(s);
        } else {
            qemu_bh_schedule(s->bh);
        }
    }
    ice_mp_turn = NULL;
}

/* What the core asked for, and what came in while it was busy. */
static void ice_mp_work(void *opaque)
{
    IceMpState *s = opaque;
    uint8_t ready, flush, link;
    unsigned int i;

    if (!s->running || !s->core || s->busy) {
        return;
    }
    link = s->link_sync;
    s->link_sync = 0;
    for (i = 0; i < s->nb_ports; i++) {
        if (link & (1u << i)) {
            ice_mp_net_sync(s, i);
        }
    }

    ready = s->tx_ready;
    s->tx_ready = 0;
    ice_mp_enter(s);
    for (i = 0; i < s->nb_ports; i++) {
        if (ready & (1u << i)) {
            ice_core_tx_ready(s->core, i);
        }
    }
    s->busy = false;
    ice_mp_run(s);

    flush = s->rx_flush;
    s->rx_flush = 0;
    if (flush) {
        ice_mp_net_flush(s, flush);
    }
}

static void ice_mp_timer(void *opaque)
{
    IceMpState *s = opaque;

    if (ice_mp_enter(s)) {
        ice_core_timer(s->core);
        ice_mp_leave(s);
    }
}

/* Work does not go on behind the back of a stopped VM. */
static void ice_mp_vm_state(void *opaque, bool running, RunState state)
{
    IceMpState *s = opaque;

    s->running = running;
    if (running) {
        s->rx_flush = 0xff;
        ice_mp_schedule(s);
    }
}

/* Operations of the core. */

/* Guest memory as function @fn sees it; NULL: there is no such function. */
static IceMpDma *ice_mp_fn_dma(IceMpState *s, uint16_t fn)
{
    return fn == ICE_CORE_FN_PF ? s->dma : ice_mp_vf_dma(s, fn - 1);
}

static int ice_mp_op_dma_read(void *opaque, uint16_t fn, uint64_t addr,
                              void *buf, size_t len)
{
    IceMpDma *dma = ice_mp_fn_dma(opaque, fn);

    return dma ? ice_mp_dma_rw(dma, addr, buf, len, false) : -1;
}

static int ice_mp_op_dma_write(void *opaque, uint16_t fn, uint64_t addr,
                               const void *buf, size_t len)
{
    IceMpDma *dma = ice_mp_fn_dma(opaque, fn);

    return dma ? ice_mp_dma_rw(dma, addr, (void *)buf, len, true) : -1;
}

static void *ice_mp_op_dma_map(void *opaque, uint16_t fn, uint64_t addr,
                               size_t *len, bool write)
{
    IceMpDma *dma = ice_mp_fn_dma(opaque, fn);

    return dma ? ice_mp_dma_map(dma, addr, len, write) : NULL;
}

static void ice_mp_op_dma_unmap(void *opaque, uint16_t fn, void *ptr,
                                size_t len, bool write, size_t used)
{
    ice_mp_dma_unmap(ice_mp_fn_dma(opaque, fn), ptr, len, write, used);
}

/* Function @fn; NULL: there is no such function. */
static PCIDevice *ice_mp_fn_pci(IceMpState *s, uint16_t fn)
{
    return fn == ICE_CORE_FN_PF ? PCI_DEVICE(s) : ice_mp_vf_pci(s, fn - 1);
}

static void ice_mp_op_msix(void *opaque, uint16_t fn, uint16_t vec)
{
    PCIDevice *dev = ice_mp_fn_pci(opaque, fn);

    if (dev && msix_enabled(dev) && vec < dev->msix_entries_nr) {
        msix_notify(dev, vec);
    }
}

static void ice_mp_op_rx_ready(void *opaque, uint8_t lport)
{
    IceMpState *s = opaque;

    s->rx_flush |= 1u << lport;
    ice_mp_schedule(s);
}

static uint64_t ice_mp_op_now_ns(void *opaque)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void ice_mp_op_timer(void *opaque, uint64_t deadline_ns)
{
    IceMpState *s = opaque;

    if (deadline_ns > INT64_MAX) {
        timer_del(s->timer);
    } else {
        timer_mod_ns(s->timer, deadline_ns);
    }
}

static void ice_mp_op_kick(void *opaque)
{
    IceMpState *s = opaque;

    s->kicked = true;           /* ice_mp_leave() schedules */
}

static void ice_mp_op_log(void *opaque, const char *line)
{
    DeviceState *dev = DEVICE(opaque);

    qemu_log_mask(LOG_GUEST_ERROR, "%s %s: %s\n", TYPE_ICE_MP,
                  dev->id ? dev->id : "?", line);
}

static void ice_mp_op_remove(void *opaque)
{
    ice_mp_surprise_remove(opaque);
}

static bool ice_mp_op_bus_master(void *opaque, uint16_t fn)
{
    PCIDevice *dev = ice_mp_fn_pci(opaque, fn);

    return dev && (pci_get_word(dev->config + PCI_COMMAND) &
                   PCI_COMMAND_MASTER);
}

static const struct ice_core_ops ice_mp_core_ops = {
    .dma_read = ice_mp_op_dma_read,
    .dma_write = ice_mp_op_dma_write,
    .dma_map = ice_mp_op_dma_map,
    .dma_unmap = ice_mp_op_dma_unmap,
    .msix = ice_mp_op_msix,
    .tx = ice_mp_net_tx,
    .rx_ready = ice_mp_op_rx_ready,
    .now_ns = ice_mp_op_now_ns,
    .timer = ice_mp_op_timer,
    .kick = ice_mp_op_kick,
    .log = ice_mp_op_log,
    .remove = ice_mp_op_remove,
    .bus_master = ice_mp_op_bus_master,
};

uint64_t ice_mp_fn_read(IceMpState *s, uint16_t fn, hwaddr addr, unsigned size)
{
    uint64_t val;

    if (!ice_mp_enter(s)) {
        return UINT64_MAX;      /* as a read nobody completes */
    }
    val = ice_core_reg_read(s->core, fn, addr, size);
    ice_mp_leave(s);
    return val;
}

void ice_mp_fn_write(IceMpState *s, uint16_t fn, hwaddr addr, uint64_t val,
                     unsigned size)
{
    if (!ice_mp_enter(s)) {
        return;
    }
    ice_core_reg_write(s->core, fn, addr, val, size);
    if (s->kicked && s->running) {
        ice_mp_serve(s);
    } else {
        ice_mp_leave(s);
    }
}

static uint64_t ice_mp_mmio_read(void *opaque, hwaddr addr, unsigned size)
{
    IceMpState *s = opaque;

    return s->answers ? ice_mp_fn_read(s, ICE_CORE_FN_PF, addr, size)
                      : UINT64_MAX;
}

static void ice_mp_mmio_write(void *opaque, hwaddr addr, uint64_t val,
                              unsigned size)
{
    IceMpState *s = opaque;

    if (s->answers) {
        ice_mp_fn_write(s, ICE_CORE_FN_PF, addr, val, size);
    }
}

/* Odd sizes and alignments are the core's to judge: its checker counts them. */
static const MemoryRegionOps ice_mp_mmio_ops = {
    .read = ice_mp_mmio_read,
    .write = ice_mp_mmio_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {
        .min_access_size = 1,
        .max_access_size = 8,
        .unaligned = true,
    },
    .impl = {
        .min_access_size = 1,
        .max_access_size = 8,
        .unaligned = true,
    },
};

/* SR-IOV is QEMU's to reset: the VFs go, and say so, right after this. */
static void ice_mp_reset_hold(Object *obj, ResetType type)
{
    IceMpState *s = ICE_MP(obj);
    unsigned int i;

    ice_mp_cfg_reset(s);
    ice_mp_dma_flush(s->dma);
    if (!ice_mp_enter(s)) {
        return;
    }
    ice_core_reset(s->core, ice_mp_fn_flr(PCI_DEVICE(s)) ? ICE_CORE_RESET_FLR
                                                         : ICE_CORE_RESET_POR);
    ice_mp_leave(s);
    for (i = 0; i < s->nb_ports; i++) {
        ice_mp_net_sync(s, i);
    }
    s->rx_flush = 0xff;
    ice_mp_schedule(s);
}

/* Undo all of realize, in whatever state it stopped. */
static void ice_mp_exit(PCIDevice *dev)
{
    IceMpState *s = ICE_MP(dev);
    struct ice_core *core = s->core;

    /* The net layer purges our frames: no callback may reach the core. */
    s->core = NULL;
    ice_mp_net_exit(s);

    if (s->vmstate_entry) {
        qemu_del_vm_change_state_handler(s->vmstate_entry);
        s->vmstate_entry = NULL;
    }
    if (s->bh) {
        qemu_bh_delete(s->bh);
        s->bh = NULL;
    }
    if (core) {
        ice_core_destroy(core);
    }
    if (s->timer) {
        timer_free(s->timer);
        s->timer = NULL;
    }
    ice_mp_vfs_exit(s);
    ice_mp_dma_free(s->dma);
    s->dma = NULL;
    ice_mp_fn_exit(dev, &s->msix);
}

static bool ice_mp_create_core(IceMpState *s, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(s);
    struct ice_core_cfg cfg = {
        .nb_ports = s->nb_ports,
        .nb_vfs = s->nb_vfs,
        .nb_vectors = s->nb_vectors,
        .nb_queues = s->nb_queues,
        .pci_rid = dev->devfn,  /* the guest numbers the buses later */
    };
    char err[128] = "";
    unsigned int i;

    for (i = 0; i < s->nb_ports; i++) {
        memcpy(cfg.mac[i], s->port[i].conf.macaddr.a, sizeof(cfg.mac[i]));
        cfg.speed[i] = s->speed[i];
    }
    s->core = ice_core_create(&cfg, &ice_mp_core_ops, s, err, sizeof(err));
    if (!s->core) {
        error_setg(errp, "%s", *err ? err : "the device cannot be created");
        return false;
    }
    return true;
}

static void ice_mp_realize(PCIDevice *dev, Error **errp)
{
    IceMpState *s = ICE_MP(dev);
    unsigned int nb_vectors = s->nb_vectors ?:
        ICE_CORE_DEF_VECTORS + s->nb_vfs * ICE_CORE_DEF_VF_VECTORS;
    unsigned int i;

    for (i = 0; i < ICE_CORE_MAX_PORTS; i++) {
        s->port[i].s = s;
        s->port[i].lport = i;
    }
    if (!ice_mp_net_check(s, errp)) {
        return;
    }
    if (!ice_mp_vfs_check(s, errp)) {
        return;
    }
    if (nb_vectors < 2 || nb_vectors > ICE_MP_MAX_VECTORS) {
        error_setg(errp, "vectors=%u is out of range 2..%d", nb_vectors,
                   ICE_MP_MAX_VECTORS);
        return;
    }
    if (!ice_mp_net_macs(s, errp)) {
        return;
    }

    memory_region_init_io(&s->mmio, OBJECT(s), &ice_mp_mmio_ops, s,
                          "ice-mp-mmio", ICE_MP_MMIO_SIZE);
    pci_register_bar(dev, ICE_MP_MMIO_BAR, PCI_BASE_ADDRESS_MEM_TYPE_64 |
                     PCI_BASE_ADDRESS_MEM_PREFETCH, &s->mmio);
    memory_region_init(&s->msix, OBJECT(s), "ice-mp-msix", ICE_MP_MSIX_SIZE);
    pci_register_bar(dev, ICE_MP_MSIX_BAR, PCI_BASE_ADDRESS_MEM_TYPE_64 |
                     PCI_BASE_ADDRESS_MEM_PREFETCH, &s->msix);

    s->dma = ice_mp_dma_new(dev);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, ice_mp_timer, s);
    s->bh = qemu_bh_new_guarded(ice_mp_work, s,
                                &DEVICE(dev)->mem_reentrancy_guard);
    ice_mp_net_init(s);

    if (!ice_mp_cfg_init(s, nb_vectors, errp) ||
        !ice_mp_create_core(s, errp) || !ice_mp_net_wires(s, errp) ||
        !ice_mp_qom_start(s, errp)) {
        ice_mp_exit(dev);
        return;
    }
    for (i = 0; i < s->nb_ports; i++) {
        ice_mp_net_sync(s, i);
    }
    s->running = runstate_is_running();
    s->vmstate_entry = qemu_add_vm_change_state_handler(ice_mp_vm_state, s);
}

/*
 * Not migratable yet: queues, contexts, AdminQ and switch tables live in the
 * core, which has no save format so far (an issue of its own).
 */
static const VMStateDescription ice_mp_vmstate = {
    .name = TYPE_ICE_MP,
    .unmigratable = 1,
};

#define ICE_MP_PORT_PROPS(i) \
    DEFINE_PROP_NETDEV("netdev" #i, IceMpState, port[i].conf.peers), \
    DEFINE_PROP_UINT16("speed" #i, IceMpState, speed[i], 0)

static const Property ice_mp_properties[] = {
    DEFINE_PROP_UINT8("ports", IceMpState, nb_ports, 1),
    DEFINE_PROP_MACADDR("mac", IceMpState, mac),
    DEFINE_PROP_STRING("wire", IceMpState, wire),
    DEFINE_PROP_UINT16("vectors", IceMpState, nb_vectors, 0),
    DEFINE_PROP_UINT16("queues", IceMpState, nb_queues, 0),
    DEFINE_PROP_UINT16("vfs", IceMpState, nb_vfs, 0),
    ICE_MP_PORT_PROPS(0),
    ICE_MP_PORT_PROPS(1),
    ICE_MP_PORT_PROPS(2),
    ICE_MP_PORT_PROPS(3),
    ICE_MP_PORT_PROPS(4),
    ICE_MP_PORT_PROPS(5),
    ICE_MP_PORT_PROPS(6),
    ICE_MP_PORT_PROPS(7),
};

static void ice_mp_instance_init(Object *obj)
{
    /* So that -nic model=pci-ice-mp reaches the first port. */
    object_property_add_alias(obj, "netdev", obj, "netdev0");
}

static void ice_mp_instance_finalize(Object *obj)
{
    ice_mp_qom_finalize(ICE_MP(obj));
}

static void ice_mp_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->realize = ice_mp_realize;
    pc->exit = ice_mp_exit;
    pc->vendor_id = PCI_VENDOR_ID_INTEL;
    pc->device_id = ICE_MP_DEVICE_ID;
    pc->subsystem_vendor_id = PCI_VENDOR_ID_INTEL;
    pc->subsystem_id = ICE_MP_SUBSYS_ID;
    pc->revision = ICE_MP_REVISION;
    pc->class_id = PCI_CLASS_NETWORK_ETHERNET;

    rc->phases.hold = ice_mp_reset_hold;

    dc->desc = "E810-like Ethernet function with 1..8 ports";
    dc->vmsd = &ice_mp_vmstate;
    device_class_set_props(dc, ice_mp_properties);
    set_bit(DEVICE_CATEGORY_NETWORK, dc->categories);
    ice_mp_qom_class_init(klass);
}

static const TypeInfo ice_mp_info = {
    .name = TYPE_ICE_MP,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(IceMpState),
    .instance_init = ice_mp_instance_init,
    .instance_finalize = ice_mp_instance_finalize,
    .class_init = ice_mp_class_init,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { }
    },
};

static void ice_mp_register_types(void)
{
    type_register_static(&ice_mp_info);
}

type_init(ice_mp_register_types)
