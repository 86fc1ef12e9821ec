/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ice_mp: configuration space, of the PF and what its VFs share with it
 *
 * Copyright (c) 2026 The ice_mp authors
 *
 * A BAR that leaves the memory map, or comes, renumbers what is behind it, and
 * QEMU 10 looks a processor's access up in the map of now by an index of a
 * moment ago: accesses to other functions' BARs may end anywhere, and QEMU with
 * an assertion of whoever gets them. A kernel takes memory decoding from a PF
 * whose application ends, or sends it to sleep, while its VFs are in use. So
 * the PF's BARs stay in the map, without an answer, as long as they are where
 * they were; only a function level reset takes them out.
 */

#include "qemu/osdep.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_aer.h"
#include "qapi/error.h"
#include "qemu/range.h"

#include "ice_mp.h"

#define ICE_MP_MSIX_TABLE       0
#define ICE_MP_MSIX_PBA         0x8000

/* Offsets as the real card has them. */
#define ICE_MP_CAP_PM           0x40
#define ICE_MP_CAP_DSN          0x150

/* Power states of PMCSR: what is set up stays through both. */
#define ICE_MP_D0               0
#define ICE_MP_D3HOT            3

void ice_mp_fn_decode(PCIDevice *dev, bool on)
{
    uint8_t *command = dev->config + PCI_COMMAND;

    if (on == !!(*command & PCI_COMMAND_MEMORY)) {
        return;
    }
    *command ^= PCI_COMMAND_MEMORY;
    /* Writes nothing new, but has the BARs mapped anew. */
    pci_default_write_config(dev, PCI_COMMAND, *command, 1);
}

uint32_t ice_mp_fn_read_config(PCIDevice *dev, bool decode, uint32_t addr,
                               int len)
{
    uint32_t val = pci_default_read_config(dev, addr, len);

    if (addr == PCI_COMMAND && !decode) {
        val &= ~PCI_COMMAND_MEMORY;
    }
    return val;
}

void ice_mp_fn_config(IceMpState *s, PCIDevice *dev, uint32_t addr,
                      uint32_t val, int len)
{
    pci_default_write_config(dev, addr, val, len);
    pcie_cap_flr_write_config(dev, addr, val, len);

    if (range_covers_byte(addr, len, PCI_COMMAND) &&
        (pci_get_word(dev->config + PCI_COMMAND) & PCI_COMMAND_MASTER)) {
        s->rx_flush = 0xff;
        ice_mp_schedule(s);
    }
}

bool ice_mp_fn_flr(const PCIDevice *dev)
{
    /* QEMU clears the bit only after the reset it asked for. */
    return pci_get_word(dev->config + dev->exp.exp_cap + PCI_EXP_DEVCTL) &
           PCI_EXP_DEVCTL_BCR_FLR;
}

static uint8_t ice_mp_power(IceMpState *s)
{
    return PCI_DEVICE(s)->config[ICE_MP_CAP_PM + PCI_PM_CTRL] &
           PCI_PM_CTRL_STATE_MASK;
}

static void ice_mp_set_power(IceMpState *s, uint8_t state)
{
    uint8_t *ctrl = PCI_DEVICE(s)->config + ICE_MP_CAP_PM + PCI_PM_CTRL;

    *ctrl = (*ctrl & ~PCI_PM_CTRL_STATE_MASK) | state;
}

static uint32_t ice_mp_read_config(PCIDevice *dev, uint32_t addr, int len)
{
    return ice_mp_fn_read_config(dev, ICE_MP(dev)->decode, addr, len);
}

static void ice_mp_write_config(PCIDevice *dev, uint32_t addr, uint32_t val,
                                int len)
{
    IceMpState *s = ICE_MP(dev);
    uint8_t power = ice_mp_power(s);
    uint8_t bars[PCI_BASE_ADDRESS_5 + 4 - PCI_BASE_ADDRESS_0];

    memcpy(bars, dev->config + PCI_BASE_ADDRESS_0, sizeof(bars));
    if (addr == PCI_COMMAND) {
        s->decode = val & PCI_COMMAND_MEMORY;
    }
    /* Hundreds of VFs may come or go: one change of the memory map. */
    memory_region_transaction_begin();
    ice_mp_fn_config(s, dev, addr, val, len);
    if (s->decode) {
        ice_mp_fn_decode(dev, true);
    } else if (memcmp(bars, dev->config + PCI_BASE_ADDRESS_0, sizeof(bars))) {
        ice_mp_fn_decode(dev, false);
    }
    ice_mp_vfs_decode(s);
    memory_region_transaction_commit();

    if (ice_mp_power(s) != ICE_MP_D0 && ice_mp_power(s) != ICE_MP_D3HOT) {
        ice_mp_set_power(s, power);     /* there is no D1, no D2 */
    }
    s->answers = s->decode && ice_mp_power(s) == ICE_MP_D0;
}

void ice_mp_cfg_reset(IceMpState *s)
{
    s->decode = false;
    /* Not by ice_mp_fn_decode(): QEMU maps, or does not, right after this. */
    pci_word_test_and_clear_mask(PCI_DEVICE(s)->config + PCI_COMMAND,
                                 PCI_COMMAND_MEMORY);
    ice_mp_set_power(s, ICE_MP_D0);
    s->answers = false;
}

static uint64_t ice_mp_serial(const MACAddr *mac)
{
    return (uint64_t)mac->a[0] << 56 | (uint64_t)mac->a[1] << 48 |
           (uint64_t)mac->a[2] << 40 | 0xffffull << 24 |
           mac->a[3] << 16 | mac->a[4] << 8 | mac->a[5];
}

/* Express endpoint with FLR, AER and ARI: what the PF and its VFs share. */
bool ice_mp_fn_express(PCIDevice *dev, Error **errp)
{
    uint8_t *exp_cap;

    if (pcie_endpoint_cap_init(dev, ICE_MP_CAP_EXP) < 0) {
        error_setg(errp, "no room for the PCI Express capability");
        return false;
    }
    pcie_cap_flr_init(dev);
    exp_cap = dev->config + dev->exp.exp_cap;
    pci_set_long(exp_cap + PCI_EXP_LNKCAP,
                 (pci_get_long(exp_cap + PCI_EXP_LNKCAP) &
                  ~(PCI_EXP_LNKCAP_SLS | PCI_EXP_LNKCAP_MLW)) |
                 QEMU_PCI_EXP_LNKCAP_MLS(QEMU_PCI_EXP_LNK_16GT) |
                 QEMU_PCI_EXP_LNKCAP_MLW(QEMU_PCI_EXP_LNK_X16));
    pci_set_word(exp_cap + PCI_EXP_LNKSTA,
                 QEMU_PCI_EXP_LNKSTA_CLS(QEMU_PCI_EXP_LNK_16GT) |
                 QEMU_PCI_EXP_LNKSTA_NLW(QEMU_PCI_EXP_LNK_X16));
    /* Where software looks for the speeds from 8 GT/s on. */
    pci_set_long(exp_cap + PCI_EXP_LNKCAP2,
                 PCI_EXP_LNKCAP2_SLS_2_5GB | PCI_EXP_LNKCAP2_SLS_5_0GB |
                 PCI_EXP_LNKCAP2_SLS_8_0GB | PCI_EXP_LNKCAP2_SLS_16_0GB);

    if (pcie_aer_init(dev, PCI_ERR_VER, ICE_MP_CAP_AER, PCI_ERR_SIZEOF,
                      errp) < 0) {
        return false;
    }
    pcie_ari_init(dev, ICE_MP_CAP_ARI);
    return true;
}

/* By ourselves: with pci_pm_init() QEMU would take the BARs out of the map. */
static bool ice_mp_pm_init(PCIDevice *dev, Error **errp)
{
    if (pci_add_capability(dev, PCI_CAP_ID_PM, ICE_MP_CAP_PM, PCI_PM_SIZEOF,
                           errp) < 0) {
        return false;
    }
    pci_set_word(dev->config + ICE_MP_CAP_PM + PCI_PM_PMC,
                 PCI_PM_CAP_VER_1_1 | PCI_PM_CAP_DSI);
    pci_set_word(dev->config + ICE_MP_CAP_PM + PCI_PM_CTRL,
                 PCI_PM_CTRL_NO_SOFT_RESET);
    pci_set_word(dev->wmask + ICE_MP_CAP_PM + PCI_PM_CTRL,
                 PCI_PM_CTRL_STATE_MASK | PCI_PM_CTRL_PME_ENABLE |
                 PCI_PM_CTRL_DATA_SEL_MASK);
    pci_set_word(dev->w1cmask + ICE_MP_CAP_PM + PCI_PM_CTRL,
                 PCI_PM_CTRL_PME_STATUS);
    return true;
}

bool ice_mp_cfg_init(IceMpState *s, unsigned int nb_vectors, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(s);
    unsigned int i;

    dev->config_read = ice_mp_read_config;
    dev->config_write = ice_mp_write_config;
    pci_set_byte(dev->config + PCI_INTERRUPT_PIN, 1);
    pci_word_test_and_clear_mask(dev->wmask + PCI_COMMAND, PCI_COMMAND_MEMORY);

    if (!ice_mp_pm_init(dev, errp)) {
        return false;
    }
    if (msix_init(dev, nb_vectors, &s->msix, ICE_MP_MSIX_BAR,
                  ICE_MP_MSIX_TABLE, &s->msix, ICE_MP_MSIX_BAR,
                  ICE_MP_MSIX_PBA, ICE_MP_CAP_MSIX, errp) < 0) {
        return false;
    }
    for (i = 0; i < nb_vectors; i++) {
        msix_vector_use(dev, i);
    }

    if (!ice_mp_fn_express(dev, errp)) {
        return false;
    }
    pcie_dev_ser_num_init(dev, ICE_MP_CAP_DSN,
                          ice_mp_serial(&s->port[0].conf.macaddr));
    return ice_mp_vfs_init(s, errp);
}

void ice_mp_fn_exit(PCIDevice *dev, MemoryRegion *msix)
{
    if (dev->exp.aer_cap) {
        pcie_aer_exit(dev);
    }
    if (dev->exp.exp_cap) {
        pcie_cap_exit(dev);
    }
    if (msix_present(dev)) {
        msix_unuse_all_vectors(dev);
        msix_uninit(dev, msix, msix);
    }
}
