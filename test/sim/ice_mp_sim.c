/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * A vdev whose hardware is the device core in this process. The driver is the
 * one that drives PCI: it sees nothing but other bus operations.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <bus_vdev_driver.h>
#include <rte_eal.h>

#include "ice_mp_sim_priv.h"

static TAILQ_HEAD(, sim_dev) sims = TAILQ_HEAD_INITIALIZER(sims);
static pthread_mutex_t sims_lock = PTHREAD_MUTEX_INITIALIZER;

struct sim_dev *
ice_mp_sim_get(const char *name)
{
	struct sim_dev *sim;

	pthread_mutex_lock(&sims_lock);
	TAILQ_FOREACH(sim, &sims, next)
		if (strcmp(sim->name, name) == 0)
			return sim;
	pthread_mutex_unlock(&sims_lock);
	return NULL;
}

void
ice_mp_sim_put(void)
{
	pthread_mutex_unlock(&sims_lock);
}

static struct sim_dev *
sim_of(struct ice_mp_bus *bus)
{
	return (struct sim_dev *)bus;
}

static uint32_t
sim_reg_read(struct ice_mp_bus *bus, uint32_t reg)
{
	struct sim_dev *sim = sim_of(bus);
	uint32_t val = UINT32_MAX;

	sim_enter(sim);
	if (!atomic_load(&sim->gone))
		val = ice_core_reg_read(sim->core, ICE_CORE_FN_PF, reg, 4);
	/* The read itself may have been the one that removes it. */
	if (atomic_load(&sim->gone))
		val = UINT32_MAX;
	sim_leave(sim);
	return val;
}

static void
sim_reg_write(struct ice_mp_bus *bus, uint32_t reg, uint32_t val)
{
	struct sim_dev *sim = sim_of(bus);

	sim_enter(sim);
	if (!atomic_load(&sim->gone))
		ice_core_reg_write(sim->core, ICE_CORE_FN_PF, reg, val, 4);
	sim_leave(sim);
}

static volatile uint32_t *
sim_doorbell(struct ice_mp_bus *bus, uint32_t reg)
{
	struct sim_dev *sim = sim_of(bus);
	const uint32_t nb = sim->nb_queues;

	volatile uint32_t *db = NULL;
	unsigned int q = 0, top;

	if (reg >= QRX_TAIL(0) && reg < QRX_TAIL(nb) && reg % 4 == 0) {
		q = (reg - QRX_TAIL(0)) / 4;
		db = &sim->db_rx[q];
	} else if (reg >= QTX_COMM_DBELL(0) && reg < QTX_COMM_DBELL(nb) && reg % 4 == 0) {
		q = (reg - QTX_COMM_DBELL(0)) / 4;
		db = &sim->db_tx[q];
	} else {
		SIM_LOG(ERR, "%s: register 0x%x is no doorbell of this device", sim->name, reg);
		return NULL;
	}
	/* The thread looks no further than this. */
	top = atomic_load(&sim->nb_doorbells);
	while (top < q + 1 && !atomic_compare_exchange_weak(&sim->nb_doorbells, &top, q + 1))
		;
	return db;
}

static void
sim_intr_disable(struct ice_mp_bus *bus)
{
	struct sim_dev *sim = sim_of(bus);
	uint16_t i;

	sim_enter(sim);
	for (i = 0; i < sim->nb_vec; i++)
		close(sim->vec_fd[i]);
	free(sim->vec_fd);
	sim->vec_fd = NULL;
	sim->nb_vec = 0;
	sim_leave(sim);
}

static int
sim_intr_enable(struct ice_mp_bus *bus, uint16_t nb)
{
	struct sim_dev *sim = sim_of(bus);
	int rc = 0;
	uint16_t i;
	int *fd;

	if (nb == 0 || nb > bus->max_vectors)
		return -EINVAL;
	if (sim->nb_vec != 0)
		return -EBUSY;
	fd = calloc(nb, sizeof(*fd));
	if (fd == NULL)
		return -ENOMEM;
	for (i = 0; i < nb; i++) {
		fd[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (fd[i] < 0) {
			rc = -errno;
			SIM_LOG(ERR, "%s: vector %u of %u: %s", sim->name, i, nb,
				strerror(errno));
			while (i-- > 0)
				close(fd[i]);
			free(fd);
			return rc;
		}
	}
	sim_enter(sim);
	sim->vec_fd = fd;
	sim->nb_vec = nb;
	sim_leave(sim);
	return 0;
}

static int
sim_intr_fd(struct ice_mp_bus *bus, uint16_t vec)
{
	struct sim_dev *sim = sim_of(bus);
	int fd;

	sim_enter(sim);
	fd = vec < sim->nb_vec ? sim->vec_fd[vec] : -1;
	sim_leave(sim);
	return fd;
}

static bool
sim_present(struct ice_mp_bus *bus)
{
	return !atomic_load(&sim_of(bus)->gone);
}

static const struct ice_mp_bus_ops sim_bus_ops = {
	.name = "sim",
	.reg_read = sim_reg_read,
	.reg_write = sim_reg_write,
	.doorbell = sim_doorbell,
	.intr_enable = sim_intr_enable,
	.intr_disable = sim_intr_disable,
	.intr_fd = sim_intr_fd,
	.present = sim_present,
};

static void
sim_drop(struct sim_dev *sim)
{
	pthread_mutex_lock(&sims_lock);
	TAILQ_REMOVE(&sims, sim, next);
	pthread_mutex_unlock(&sims_lock);
	sim_api_obituary(sim);
	sim_dev_destroy(sim);
}

static int
sim_probe(struct rte_vdev_device *vdev)
{
	const char *name = rte_vdev_device_name(vdev);
	struct sim_dev *sim = NULL;
	struct sim_args args;
	int rc;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY) {
		SIM_LOG(ERR, "%s: the device lives in its primary process only", name);
		return -ENOTSUP;
	}
	if (rte_eal_iova_mode() != RTE_IOVA_VA) {
		SIM_LOG(ERR, "%s: needs --iova-mode=va", name);
		return -ENOTSUP;
	}
	rc = sim_args_parse(name, rte_vdev_device_args(vdev), &args);
	if (rc == 0)
		rc = sim_dev_create(name, &args, &sim);
	if (rc != 0)
		goto out;
	sim->bus.ops = &sim_bus_ops;
	sim->bus.dev = &vdev->device;
	pthread_mutex_lock(&sims_lock);
	TAILQ_INSERT_TAIL(&sims, sim, next);
	pthread_mutex_unlock(&sims_lock);
	rc = ice_mp_attach(&sim->bus, args.driver_args);
	if (rc != 0)
		sim_drop(sim);
out:
	free(args.driver_args);
	return rc;
}

static int
sim_remove(struct rte_vdev_device *vdev)
{
	struct sim_dev *sim = ice_mp_sim_get(rte_vdev_device_name(vdev));
	int rc;

	if (sim == NULL)
		return -ENODEV;
	ice_mp_sim_put();
	rc = ice_mp_detach(&vdev->device);
	if (rc != 0 && rc != -ENODEV)
		return rc;
	sim_drop(sim);
	return 0;
}

static struct rte_vdev_driver ice_mp_sim_drv = {
	.probe = sim_probe,
	.remove = sim_remove,
	.drv_flags = RTE_VDEV_DRV_NEED_IOVA_AS_VA,
};

RTE_PMD_REGISTER_VDEV(net_ice_mp_sim, ice_mp_sim_drv);
RTE_PMD_REGISTER_ALIAS(net_ice_mp_sim, ice_mp_sim);
RTE_PMD_REGISTER_PARAM_STRING(net_ice_mp_sim,
	"ports=<1..8> wire=<A:B+C:D> queues=<1..2048> vectors=<2..2048> vfs=<0..256> mac=<addr> "
	"script=<file>");
RTE_LOG_REGISTER_DEFAULT(ice_mp_sim_logtype, NOTICE);
