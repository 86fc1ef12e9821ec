/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU glue of the ice_mp multi-port Ethernet function
 *
 * Copyright (c) 2026 The ice_mp authors
 *
 * The device itself is the plain C core in core/; this directory only
 * connects it to QEMU:
 *
 *   ice_mp.c      PCI function: registers, resets, core work
 *   ice_mp_cfg.c  its configuration space: capabilities, decoding, power
 *   ice_mp_vf.c   SR-IOV: the VFs as PCI functions
 *   ice_mp_net.c  one NIC per port: frames in and out, carrier
 *   ice_mp_dma.c  guest memory as the function sees it, with a small IOTLB
 *   ice_mp_qom.c  properties for QMP: state, faults, links
 *
 * Everything runs under the BQL. The core is not reentrant, so each entry is
 * bracketed by ice_mp_enter()/ice_mp_leave(). The one way back in is a frame
 * that our own send brings to another port (two ports on a hub): ops.tx may
 * call ice_core_rx(). What else arrives while the core is busy is held by the
 * net layer and delivered from the bottom half.
 */

#ifndef HW_NET_ICE_MP_H
#define HW_NET_ICE_MP_H

#include "hw/pci/pci_device.h"
#include "net/net.h"
#include "qemu/queue.h"
#include "qemu/timer.h"
#include "system/runstate.h"

#include "core/ice_core.h"

#define TYPE_ICE_MP "pci-ice-mp"
OBJECT_DECLARE_SIMPLE_TYPE(IceMpState, ICE_MP)

#define TYPE_ICE_MP_VF "pci-ice-mp-vf"
OBJECT_DECLARE_SIMPLE_TYPE(IceMpVfState, ICE_MP_VF)

#define ICE_MP_SUBSYS_ID        0x0001
#define ICE_MP_REVISION         0x02

#define ICE_MP_MSIX_BAR         3

/* Capabilities the PF and its VFs both have, where the real card has them. */
#define ICE_MP_CAP_MSIX         0x70
#define ICE_MP_CAP_EXP          0xa0
#define ICE_MP_CAP_AER          0x100
#define ICE_MP_CAP_ARI          0x148

/* Direct-mapped caches of iova page -> guest RAM, per direction. */
#define ICE_MP_TLB_SMALL_SHIFT  12
#define ICE_MP_TLB_SMALL        1024
#define ICE_MP_TLB_BIG_SHIFT    21
#define ICE_MP_TLB_BIG          256

typedef struct IceMpTlbEntry {
    hwaddr iova;                /* base; the cache covers iova + cache.len */
    hwaddr len;                 /* 0: entry not used */
    uint8_t *host;
    MemoryRegionCache cache;
} IceMpTlbEntry;

typedef struct IceMpIommu {
    IOMMUNotifier n;
    MemoryRegion *mr;
    hwaddr start;               /* of its section, in the region */
    hwaddr offset;              /* address space address = region + offset */
    struct IceMpDma *dma;
    QLIST_ENTRY(IceMpIommu) next;
} IceMpIommu;

/* What one function needs to reach guest memory (a VF gets its own). */
typedef struct IceMpDma {
    AddressSpace *as;
    MemoryListener listener;
    QLIST_HEAD(, IceMpIommu) iommus;
    bool uncached;              /* an IOMMU refused to notify us */
    unsigned int nr_valid;
    uint64_t hits, misses, slow, flushes;
    IceMpTlbEntry small[2][ICE_MP_TLB_SMALL];
    IceMpTlbEntry big[2][ICE_MP_TLB_BIG];
} IceMpDma;

typedef struct IceMpPort {
    IceMpState *s;
    uint8_t lport;
    NICConf conf;
    NICState *nic;
    bool wired;                 /* joined to a port of this device */
    bool tx_blocked;            /* the net layer holds a frame of ours */
    bool held;                  /* frames to us may wait in the net layer */
    bool flushing;              /* they are being retried */
} IceMpPort;

struct IceMpState {
    PCIDevice parent_obj;

    MemoryRegion mmio;
    MemoryRegion msix;

    struct ice_core *core;
    bool busy;                  /* inside the core */
    bool in_tx;                 /* inside ops.tx: the core takes frames */
    bool running;               /* the VM runs; core work waits otherwise */
    bool decode;                /* Memory Space Enable, as the guest has it */
    bool answers;               /* the PF's registers: decoded, and awake */
    QEMUBH *bh;
    QEMUTimer *timer;
    VMChangeStateEntry *vmstate_entry;
    uint8_t rx_flush;           /* ports whose held frames may be retried */
    uint8_t tx_ready;           /* ports whose backend accepts again */
    uint8_t link_sync;          /* ports whose carrier changed meanwhile */
    bool kicked;                /* the core asked for ice_core_run() */
    bool waits;                 /* for its turn after another's doorbell */
    QSIMPLEQ_ENTRY(IceMpState) next;
    bool removing;              /* surprise removal under way */

    IceMpDma *dma;
    IceMpVfState **vf;          /* all nb_vfs of them; NULL without VFs */
    uint16_t nb_vfs_on;         /* as the core was told */
    IceMpPort port[ICE_CORE_MAX_PORTS];

    /* properties */
    uint8_t nb_ports;
    MACAddr mac;
    char *wire;
    uint16_t nb_vectors;
    uint16_t nb_queues;
    uint16_t nb_vfs;
    uint16_t speed[ICE_CORE_MAX_PORTS];

    char *fault_reply;
    char *fault_script;         /* file of the script started last */
};

/* ice_mp.c */
static inline bool ice_mp_enter(IceMpState *s)
{
    if (s->busy || !s->core) {
        return false;
    }
    s->busy = true;
    return true;
}

/* Leave the core; what was put off meanwhile is done from the bottom half. */
void ice_mp_leave(IceMpState *s);
void ice_mp_schedule(IceMpState *s);

/* What the PF and its VFs do alike; @fn is the core's number of a function. */
uint64_t ice_mp_fn_read(IceMpState *s, uint16_t fn, hwaddr addr, unsigned size);
void ice_mp_fn_write(IceMpState *s, uint16_t fn, hwaddr addr, uint64_t val,
                     unsigned size);

/* ice_mp_cfg.c */
void ice_mp_fn_config(IceMpState *s, PCIDevice *dev, uint32_t addr,
                      uint32_t val, int len);
/* Memory Space Enable reads as @decode, wherever the BARs are. */
uint32_t ice_mp_fn_read_config(PCIDevice *dev, bool decode, uint32_t addr,
                               int len);
/* Whether the BARs are in the memory map, out of the guest's sight. */
void ice_mp_fn_decode(PCIDevice *dev, bool on);
/* Is the reset under way a function level reset of @dev? */
bool ice_mp_fn_flr(const PCIDevice *dev);
bool ice_mp_fn_express(PCIDevice *dev, Error **errp);
void ice_mp_fn_exit(PCIDevice *dev, MemoryRegion *msix);
/* The PF's capabilities, and with them its VFs. */
bool ice_mp_cfg_init(IceMpState *s, unsigned int nb_vectors, Error **errp);
/* What QEMU's reset of a function leaves to us. */
void ice_mp_cfg_reset(IceMpState *s);

/* ice_mp_vf.c */
/* Are vfs= and the place on the bus good for each other? */
bool ice_mp_vfs_check(IceMpState *s, Error **errp);
/* Capabilities and the VFs, switched off; nothing at all with vfs=0. */
bool ice_mp_vfs_init(IceMpState *s, Error **errp);
void ice_mp_vfs_exit(IceMpState *s);
/* The PF's configuration was written: memory decoding of the VFs follows. */
void ice_mp_vfs_decode(IceMpState *s);
/* The function of an enabled VF; NULL: not there. */
PCIDevice *ice_mp_vf_pci(IceMpState *s, uint16_t vf);
IceMpDma *ice_mp_vf_dma(IceMpState *s, uint16_t vf);

/* ice_mp_net.c */
bool ice_mp_net_check(IceMpState *s, Error **errp);
bool ice_mp_net_macs(IceMpState *s, Error **errp);
bool ice_mp_net_wires(IceMpState *s, Error **errp);
void ice_mp_net_init(IceMpState *s);
void ice_mp_net_exit(IceMpState *s);
/* Tell the core about a port's backend (after reset or a change). */
void ice_mp_net_sync(IceMpState *s, unsigned int lport);
/* Retry the frames held for the ports in @mask. */
void ice_mp_net_flush(IceMpState *s, uint8_t mask);
bool ice_mp_net_tx(void *opaque, uint8_t lport, const struct ice_core_iov *iov,
                   unsigned int iovcnt, size_t len);

/* ice_mp_dma.c */
IceMpDma *ice_mp_dma_new(PCIDevice *dev);
void ice_mp_dma_free(IceMpDma *dma);
void ice_mp_dma_flush(IceMpDma *dma);
int ice_mp_dma_rw(IceMpDma *dma, uint64_t addr, void *buf, size_t len,
                  bool is_write);
void *ice_mp_dma_map(IceMpDma *dma, uint64_t addr, size_t *len, bool is_write);
void ice_mp_dma_unmap(IceMpDma *dma, void *ptr, size_t len, bool is_write,
                      size_t used);

/* ice_mp_qom.c */
void ice_mp_qom_class_init(ObjectClass *klass);
void ice_mp_qom_finalize(IceMpState *s);
/* Start the fault script the device was created with, if any. */
bool ice_mp_qom_start(IceMpState *s, Error **errp);
void ice_mp_surprise_remove(IceMpState *s);

#endif
