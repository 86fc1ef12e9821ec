/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SR-IOV: the VFs of an ice_mp function
 *
 * Copyright (c) 2026 The ice_mp authors
 *
 * QEMU's pcie_sriov makes all VFs when the PF is made and only switches them
 * on and off: at VF Enable, and at any reset of the PF. Each of these resets
 * the VF, after the SR-IOV capability got its new value; so the reset of a VF
 * is the one place from which the core is told how many VFs there are.
 *
 * What costs memory, the caches of translations, is made when a VF first
 * reaches for guest memory, and given back when the VF is switched off.
 */

#include "qemu/osdep.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_sriov.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/module.h"

#include "ice_mp.h"
#include "hw/ice_mp_vf_regs.h"

#define ICE_MP_VF_MMIO_BAR      0
#define ICE_MP_VF_MSIX_BAR      3
#define ICE_MP_VF_BAR_TYPE      (PCI_BASE_ADDRESS_MEM_TYPE_64 | \
                                 PCI_BASE_ADDRESS_MEM_PREFETCH)

#define ICE_MP_CAP_SRIOV        0x160
#define ICE_MP_CAP_ACS          0x1b0

/*
 * The real card has 8, which leaves room for its other PFs. With 1 the VFs
 * fill the bus behind a PF at function 0.
 */
#define ICE_MP_VF_OFFSET        1
#define ICE_MP_VF_STRIDE        1
#define ICE_MP_MAX_VFS          (PCI_DEVFN_MAX - ICE_MP_VF_OFFSET)

struct IceMpVfState {
    PCIDevice parent_obj;

    MemoryRegion mmio;
    MemoryRegion msix;
    IceMpState *pf;
    IceMpDma *dma;              /* NULL until first used */
};

static uint16_t ice_mp_vf_fn(IceMpVfState *v)
{
    return ICE_CORE_FN_VF(pcie_sriov_vf_number(PCI_DEVICE(v)));
}

/*
 * No peer-to-peer between the functions: the capability says so by having no
 * bit to control. (pcie_acs_init() knows no VF whose number is a multiple of
 * eight.)
 */
static void ice_mp_acs_init(PCIDevice *dev)
{
    pcie_add_capability(dev, PCI_EXT_CAP_ID_ACS, PCI_ACS_VER, ICE_MP_CAP_ACS,
                        PCI_ACS_SIZEOF);
}

bool ice_mp_vfs_check(IceMpState *s, Error **errp)
{
    unsigned int room = PCI_DEVFN_MAX - 1 - PCI_DEVICE(s)->devfn;

    if (s->nb_vfs > ICE_MP_MAX_VFS) {
        error_setg(errp, "vfs=%u is out of range 0..%d: the VFs share the "
                   "PF's bus, which has 256 functions", s->nb_vfs,
                   ICE_MP_MAX_VFS);
        return false;
    }
    if (s->nb_vfs > room) {
        error_setg(errp, "vfs=%u does not fit: %u functions follow the PF on "
                   "its bus", s->nb_vfs, room);
        return false;
    }
    return true;
}

bool ice_mp_vfs_init(IceMpState *s, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(s);

    if (!s->nb_vfs) {
        return true;
    }
    s->vf = g_new0(IceMpVfState *, s->nb_vfs);
    ice_mp_acs_init(dev);
    if (!pcie_sriov_pf_init(dev, ICE_MP_CAP_SRIOV, TYPE_ICE_MP_VF,
                            ICE_MP_VF_DEVICE_ID, s->nb_vfs, s->nb_vfs,
                            ICE_MP_VF_OFFSET, ICE_MP_VF_STRIDE, errp)) {
        return false;
    }
    pcie_sriov_pf_init_vf_bar(dev, ICE_MP_VF_MMIO_BAR, ICE_MP_VF_BAR_TYPE,
                              ICE_MP_VF_BAR0_SIZE);
    pcie_sriov_pf_init_vf_bar(dev, ICE_MP_VF_MSIX_BAR, ICE_MP_VF_BAR_TYPE,
                              ICE_MP_VF_MSIX_BAR_SIZE);
    return true;
}

void ice_mp_vfs_exit(IceMpState *s)
{
    PCIDevice *dev = PCI_DEVICE(s);

    /* When making them failed QEMU has undone it, all but the capability. */
    if (dev->exp.sriov_pf.vf) {
        memory_region_transaction_begin();
        pcie_sriov_pf_exit(dev);
        memory_region_transaction_commit();
    }
    g_free(s->vf);
    s->vf = NULL;
    s->nb_vfs_on = 0;
}

PCIDevice *ice_mp_vf_pci(IceMpState *s, uint16_t vf)
{
    return vf < s->nb_vfs_on ? PCI_DEVICE(s->vf[vf]) : NULL;
}

IceMpDma *ice_mp_vf_dma(IceMpState *s, uint16_t vf)
{
    IceMpVfState *v;

    if (vf >= s->nb_vfs_on) {
        return NULL;
    }
    v = s->vf[vf];
    if (unlikely(!v->dma)) {
        v->dma = ice_mp_dma_new(PCI_DEVICE(v));
    }
    return v->dma;
}

static uint64_t ice_mp_vf_mmio_read(void *opaque, hwaddr addr, unsigned size)
{
    IceMpVfState *v = opaque;

    return ice_mp_fn_read(v->pf, ice_mp_vf_fn(v), addr, size);
}

static void ice_mp_vf_mmio_write(void *opaque, hwaddr addr, uint64_t val,
                                 unsigned size)
{
    IceMpVfState *v = opaque;

    ice_mp_fn_write(v->pf, ice_mp_vf_fn(v), addr, val, size);
}

/* As for the PF: odd accesses are the core's to judge. */
static const MemoryRegionOps ice_mp_vf_mmio_ops = {
    .read = ice_mp_vf_mmio_read,
    .write = ice_mp_vf_mmio_write,
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

/*
 * A VF has no Memory Space Enable of its own: its BARs are where the PF's VF
 * MSE says, through any reset of the VF.
 */
void ice_mp_vfs_decode(IceMpState *s)
{
    PCIDevice *dev = PCI_DEVICE(s);
    bool on;
    unsigned int i;

    if (!s->nb_vfs) {
        return;
    }
    on = pci_get_word(dev->config + dev->exp.sriov_cap + PCI_SRIOV_CTRL) &
         PCI_SRIOV_CTRL_MSE;
    for (i = 0; i < s->nb_vfs; i++) {
        ice_mp_fn_decode(PCI_DEVICE(s->vf[i]), on && i < s->nb_vfs_on);
    }
}

static uint32_t ice_mp_vf_read_config(PCIDevice *dev, uint32_t addr, int len)
{
    return ice_mp_fn_read_config(dev, false, addr, len);
}

static void ice_mp_vf_write_config(PCIDevice *dev, uint32_t addr, uint32_t val,
                                   int len)
{
    ice_mp_fn_config(ICE_MP_VF(dev)->pf, dev, addr, val, len);
}

static void ice_mp_vf_reset_hold(Object *obj, ResetType type)
{
    IceMpVfState *v = ICE_MP_VF(obj);
    PCIDevice *dev = PCI_DEVICE(v);
    IceMpState *s = v->pf;
    unsigned int nb_vfs;

    /* With the VF on, FLR or not, what was translated before is void. */
    if (v->dma) {
        ice_mp_dma_flush(v->dma);
    }
    if (!ice_mp_enter(s)) {
        return;                 /* the PF comes or goes */
    }
    nb_vfs = pcie_sriov_num_vfs(PCI_DEVICE(s));
    if (nb_vfs != s->nb_vfs_on) {
        ice_core_set_vfs(s->core, nb_vfs);
        s->nb_vfs_on = nb_vfs;
    } else if (ice_mp_fn_flr(dev)) {
        ice_core_vf_reset(s->core, pcie_sriov_vf_number(dev));
    }
    ice_mp_leave(s);
    if (pcie_sriov_vf_number(dev) >= nb_vfs) {
        ice_mp_fn_decode(dev, false);
        ice_mp_dma_free(v->dma);
        v->dma = NULL;
    }
}

static void ice_mp_vf_exit(PCIDevice *dev)
{
    IceMpVfState *v = ICE_MP_VF(dev);

    ice_mp_dma_free(v->dma);
    v->dma = NULL;
    ice_mp_fn_exit(dev, &v->msix);
}

static void ice_mp_vf_realize(PCIDevice *dev, Error **errp)
{
    IceMpVfState *v = ICE_MP_VF(dev);
    unsigned int i;

    v->pf = ICE_MP(pcie_sriov_get_pf(dev));
    v->pf->vf[pcie_sriov_vf_number(dev)] = v;
    dev->config_read = ice_mp_vf_read_config;
    dev->config_write = ice_mp_vf_write_config;
    pci_word_test_and_clear_mask(dev->wmask + PCI_COMMAND, PCI_COMMAND_MEMORY);

    memory_region_init_io(&v->mmio, OBJECT(v), &ice_mp_vf_mmio_ops, v,
                          "ice-mp-vf-mmio", ICE_MP_VF_BAR0_SIZE);
    pci_register_bar(dev, ICE_MP_VF_MMIO_BAR, ICE_MP_VF_BAR_TYPE, &v->mmio);
    memory_region_init(&v->msix, OBJECT(v), "ice-mp-vf-msix",
                       ICE_MP_VF_MSIX_BAR_SIZE);
    pci_register_bar(dev, ICE_MP_VF_MSIX_BAR, ICE_MP_VF_BAR_TYPE, &v->msix);

    if (msix_init(dev, ICE_MP_VF_MAX_VECTORS, &v->msix, ICE_MP_VF_MSIX_BAR, 0,
                  &v->msix, ICE_MP_VF_MSIX_BAR, ICE_MP_VF_MSIX_PBA,
                  ICE_MP_CAP_MSIX, errp) < 0) {
        return;
    }
    for (i = 0; i < ICE_MP_VF_MAX_VECTORS; i++) {
        msix_vector_use(dev, i);
    }
    if (!ice_mp_fn_express(dev, errp)) {
        ice_mp_vf_exit(dev);
        return;
    }
    ice_mp_acs_init(dev);
}

/* As the PF, with which it would go. */
static const VMStateDescription ice_mp_vf_vmstate = {
    .name = TYPE_ICE_MP_VF,
    .unmigratable = 1,
};

static void ice_mp_vf_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->realize = ice_mp_vf_realize;
    pc->exit = ice_mp_vf_exit;
    pc->vendor_id = PCI_VENDOR_ID_INTEL;
    pc->device_id = ICE_MP_VF_DEVICE_ID;
    pc->subsystem_vendor_id = PCI_VENDOR_ID_INTEL;
    pc->subsystem_id = ICE_MP_SUBSYS_ID;
    pc->revision = ICE_MP_REVISION;
    pc->class_id = PCI_CLASS_NETWORK_ETHERNET;

    rc->phases.hold = ice_mp_vf_reset_hold;

    dc->desc = "VF of a " TYPE_ICE_MP;
    dc->vmsd = &ice_mp_vf_vmstate;
    dc->user_creatable = false;
    set_bit(DEVICE_CATEGORY_NETWORK, dc->categories);
}

static const TypeInfo ice_mp_vf_info = {
    .name = TYPE_ICE_MP_VF,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(IceMpVfState),
    .class_init = ice_mp_vf_class_init,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { }
    },
};

static void ice_mp_vf_register_types(void)
{
    type_register_static(&ice_mp_vf_info);
}

type_init(ice_mp_vf_register_types)
