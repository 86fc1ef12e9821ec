/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * The device on PCI. The identity is that of a one-port E810, which net_ice
 * drives as well; what tells the two apart is the multi-port window in BAR0,
 * and it can be looked at only when the BAR is mapped. So this driver has to
 * be asked first, and says "not mine" (a positive value: EAL asks the next
 * driver) when the window is not there.
 *
 * EAL asks drivers in the order of their registration, and net_ice may well
 * have registered before us: the distribution's testpmd is linked with it,
 * while plug-ins (-d) are opened later. Hence registration here moves every
 * driver that matches our identity behind us. That is a matter of order only;
 * a device without the window goes where it always went.
 */

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <bus_pci_driver.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_io.h>
#include <rte_malloc.h>

#include "ice_mp_compat.h"
#include "ice_mp_event.h"
#include "ice_mp_log.h"
#include "ice_mp_pf.h"
#include "ice_mp_port.h"

/** Drivers that may match our identity; far more than there are. */
#define PCI_MAX_RIVALS		16

struct pci_bus {
	struct ice_mp_bus bus;		/**< first: the driver's handle */
	struct rte_pci_device *pci;
	uint8_t *bar0;
	uint16_t nb_vec;		/**< enabled */
};

static const struct rte_pci_id pci_ids[] = {
	{ RTE_PCI_DEVICE(ICE_MP_PCI_VENDOR, ICE_MP_PCI_DEVICE) },
	{ .vendor_id = 0 },
};

static struct pci_bus *
pci_of(struct ice_mp_bus *bus)
{
	return (struct pci_bus *)bus;
}

static uint32_t
pci_reg_read(struct ice_mp_bus *bus, uint32_t reg)
{
	return rte_read32(pci_of(bus)->bar0 + reg);
}

static void
pci_reg_write(struct ice_mp_bus *bus, uint32_t reg, uint32_t val)
{
	rte_write32(val, pci_of(bus)->bar0 + reg);
}

static volatile uint32_t *
pci_doorbell(struct ice_mp_bus *bus, uint32_t reg)
{
	return (volatile uint32_t *)(void *)(pci_of(bus)->bar0 + reg);
}

/* As rte_intr_efd_enable(), which leaves descriptors open when it runs out of
 * them half way. Closed by rte_intr_efd_disable(). */
static int
pci_efds_open(struct rte_intr_handle *h, uint16_t nb)
{
	uint16_t i;
	int fd, rc;

	for (i = 0; i < nb; i++) {
		fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (fd < 0) {
			rc = -errno;
			goto fail;
		}
		if (rte_intr_efds_index_set(h, i, fd) != 0) {
			rc = -rte_errno;
			close(fd);
			goto fail;
		}
	}
	if (rte_intr_nb_efd_set(h, nb) != 0 || rte_intr_max_intr_set(h, nb + 1) != 0) {
		rc = -rte_errno;
		rte_intr_nb_efd_set(h, 0);
		goto fail;
	}
	return 0;
fail:
	while (i-- > 0)
		close(rte_intr_efds_index_get(h, i));
	return rc;
}

/* vfio programs every vector in one call. EAL's handle has one fd for vector
 * 0 and an array for the others; it enables 0 alone when the array is empty. */
static int
pci_intr_enable(struct ice_mp_bus *bus, uint16_t nb)
{
	struct pci_bus *pb = pci_of(bus);
	struct rte_intr_handle *h = pb->pci->intr_handle;
	int rc;

	if (nb == 0 || nb > bus->max_vectors)
		return -EINVAL;
	if (pb->nb_vec != 0)
		return -EBUSY;
	if (nb > 1) {
		if (rte_intr_cap_multiple(h) == 0)
			return -ENOSPC;
		rc = pci_efds_open(h, nb - 1);
		if (rc != 0)
			return rc;
	}
	rc = rte_intr_enable(h);
	if (rc != 0) {
		if (nb > 1)
			rte_intr_efd_disable(h);
		return -EIO;
	}
	pb->nb_vec = nb;
	return 0;
}

static void
pci_intr_disable(struct ice_mp_bus *bus)
{
	struct pci_bus *pb = pci_of(bus);
	struct rte_intr_handle *h = pb->pci->intr_handle;

	if (pb->nb_vec == 0)
		return;
	(void)rte_intr_disable(h);
	if (pb->nb_vec > 1)
		rte_intr_efd_disable(h);
	pb->nb_vec = 0;
}

static int
pci_intr_fd(struct ice_mp_bus *bus, uint16_t vec)
{
	struct pci_bus *pb = pci_of(bus);
	struct rte_intr_handle *h = pb->pci->intr_handle;

	if (vec >= pb->nb_vec)
		return -1;
	return vec == 0 ? rte_intr_fd_get(h) : rte_intr_efds_index_get(h, vec - 1);
}

static bool
pci_present(struct ice_mp_bus *bus)
{
	/* The window's magic is constant. Where there is nobody, a bus reads
	 * as ones, an emulated one as zeros. */
	return rte_read32(pci_of(bus)->bar0 + MP_CAPS) >> MP_CAPS_MAGIC_S == MP_CAPS_MAGIC;
}

static const struct ice_mp_bus_ops pci_bus_ops = {
	.name = "pci",
	.reg_read = pci_reg_read,
	.reg_write = pci_reg_write,
	.doorbell = pci_doorbell,
	.intr_enable = pci_intr_enable,
	.intr_disable = pci_intr_disable,
	.intr_fd = pci_intr_fd,
	.present = pci_present,
};

/* MSI-X vectors of the function, from its capability. */
static uint16_t
pci_vectors(const struct rte_pci_device *pci)
{
	uint8_t pos, id, next;
	uint16_t ctrl;
	unsigned int i;

	if (rte_pci_read_config(pci, &pos, 1, 0x34) != 1)
		return 1;
	for (i = 0; i < 48 && pos >= 0x40; i++) {
		if (rte_pci_read_config(pci, &id, 1, pos) != 1 ||
		    rte_pci_read_config(pci, &next, 1, pos + 1) != 1)
			return 1;
		if (id == 0x11) {
			if (rte_pci_read_config(pci, &ctrl, 2, pos + 2) != 2)
				return 1;
			return (ctrl & 0x7FF) + 1;
		}
		pos = next;
	}
	return 1;
}

/* The kernel wants the device back (vfio's request, from EAL's interrupt
 * thread) and waits until it is let go. It repeats itself; ports are told once. */
static void
pci_requested(const char *name, enum rte_dev_event_type type, void *arg)
{
	struct pci_bus *pb = arg;
	struct ice_mp_pf_list *pfs;
	struct ice_mp_pf *pf;

	if (type != RTE_DEV_EVENT_REMOVE)
		return;
	ICE_MP_LOG(NOTICE, "%s: the device is to be removed.", name);
	pfs = ice_mp_pfs_lock();
	TAILQ_FOREACH(pf, pfs, next)
		if (pf->bus == &pb->bus)
			ice_mp_event_unplug(pf);
	ice_mp_pfs_unlock();
}

/* The ports are the primary's; only the BAR is mapped here too. */
static int
pci_probe_secondary(struct rte_pci_driver *drv, struct rte_pci_device *pci)
{
	struct ice_mp_bus bus = { .ops = &pci_bus_ops, .dev = &pci->device };
	int rc;

	pci->device.driver = &drv->driver;
	rc = ice_mp_attach(&bus, NULL);
	if (rc != 0)
		pci->device.driver = NULL;
	return rc;
}

static int
ice_mp_pci_probe(struct rte_pci_driver *drv, struct rte_pci_device *pci)
{
	const struct rte_mem_resource *bar = &pci->mem_resource[0];
	const char *args = pci->device.devargs != NULL ? pci->device.devargs->args : NULL;
	struct pci_bus *pb;
	uint32_t caps;
	int rc;

	if (bar->addr == NULL || bar->len < QRXFLXP_CNTXT(ICE_MP_HW_MAX_RXQ)) {
		ICE_MP_LOG(DEBUG, "%s: BAR0 is not mapped or too small.", pci->device.name);
		return 1;
	}
	caps = rte_read32((uint8_t *)bar->addr + MP_CAPS);
	if (caps == UINT32_MAX || caps >> MP_CAPS_MAGIC_S != MP_CAPS_MAGIC) {
		ICE_MP_LOG(INFO, "%s: no multi-port window, left to other drivers.",
			   pci->device.name);
		return 1;
	}
	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return pci_probe_secondary(drv, pci);
	pb = rte_zmalloc("ice_mp_pci", sizeof(*pb), 0);
	if (pb == NULL)
		return -ENOMEM;
	pb->bus.ops = &pci_bus_ops;
	pb->bus.dev = &pci->device;
	pb->bus.max_vectors = pci_vectors(pci);
	pb->bus.max_vfs = pci->max_vfs;
	pb->pci = pci;
	pb->bar0 = bar->addr;
	/* An application may ask who drives a port as soon as it hears of it,
	 * which is before EAL notes the driver. */
	pci->device.driver = &drv->driver;
	rc = ice_mp_attach(&pb->bus, args);
	if (rc != 0) {
		pci->device.driver = NULL;
		rte_free(pb);
		return rc;
	}
	rc = rte_dev_event_callback_register(pci->device.name, pci_requested, pb);
	if (rc != 0)
		ICE_MP_LOG(WARNING, "%s: requests to remove the device will not be heard: %s.",
			   pci->device.name, rte_strerror(-rc));
	return 0;
}

static int
ice_mp_pci_remove(struct rte_pci_device *pci)
{
	struct ice_mp_bus *bus = ice_mp_bus_of(&pci->device);
	int rc;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return ice_mp_detach(&pci->device);
	if (bus == NULL)
		return -ENODEV;
	rc = rte_dev_event_callback_unregister(pci->device.name, pci_requested, pci_of(bus));
	if (rc == -EAGAIN)
		return -EBUSY;
	rc = ice_mp_detach(&pci->device);
	if (rc == 0)
		rte_free(pci_of(bus));
	else
		(void)rte_dev_event_callback_register(pci->device.name, pci_requested,
						      pci_of(bus));
	return rc;
}

static struct rte_pci_driver ice_mp_pci_drv = {
	.id_table = pci_ids,
	.drv_flags = RTE_PCI_DRV_NEED_MAPPING | RTE_PCI_DRV_INTR_LSC | RTE_PCI_DRV_INTR_RMV,
	.probe = ice_mp_pci_probe,
	.remove = ice_mp_pci_remove,
};

static bool
pci_claims_ours(const struct rte_pci_driver *drv)
{
	const struct rte_pci_id *id;

	if (drv->id_table == NULL)
		return false;
	for (id = drv->id_table; id->vendor_id != 0; id++)
		if ((id->vendor_id == ICE_MP_PCI_VENDOR || id->vendor_id == RTE_PCI_ANY_ID) &&
		    (id->device_id == ICE_MP_PCI_DEVICE || id->device_id == RTE_PCI_ANY_ID))
			return true;
	return false;
}

TAILQ_HEAD(pci_drv_list, rte_pci_driver);

/* Registration appends: go from our entry to the front. */
static void
pci_go_first(void)
{
	struct rte_pci_driver *rival[PCI_MAX_RIVALS];
	struct rte_pci_driver *drv;
	unsigned int nb = 0;

	for (drv = TAILQ_PREV(&ice_mp_pci_drv, pci_drv_list, next);
	     drv != NULL && nb < RTE_DIM(rival); drv = TAILQ_PREV(drv, pci_drv_list, next))
		if (pci_claims_ours(drv))
			rival[nb++] = drv;
	/* The one nearest to the front was found last: keep their order. */
	while (nb-- > 0) {
		rte_pci_unregister(rival[nb]);
		rte_pci_register(rival[nb]);
	}
}

RTE_PMD_REGISTER_PCI(net_ice_mp, ice_mp_pci_drv);
RTE_PMD_REGISTER_PCI_TABLE(net_ice_mp, pci_ids);
RTE_PMD_REGISTER_KMOD_DEP(net_ice_mp, "* vfio-pci");
RTE_PMD_REGISTER_PARAM_STRING(net_ice_mp,
	"ports=[<lport>,<first>-<last>] "
	"event_mode=auto|service|interrupt|poll "
	"queues_per_port=<1..64> "
	"hang_ms=<0..3600000> "
	"vfs=<0..256> "
	"vf_queues=1|2|4|8|16 "
	"vf_map=[<lport>,<lport>] "
	"representor=vf[<vf>,<first>-<last>]");

/* Constructors of one priority run in the order of the file: after the one
 * that registers. */
RTE_INIT(ice_mp_pci_order)
{
	pci_go_first();
}
