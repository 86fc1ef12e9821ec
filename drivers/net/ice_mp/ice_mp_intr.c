/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Vectors. All of them are enabled once, when the PF is probed, because
 * vfio programs them in one call. Vector 0 is the PF's (events); each port
 * has a slice of the others, presented to EAL as an interrupt handle of its
 * own, so that every ethdev has working Rx interrupts.
 */

#include <errno.h>
#include <string.h>

#include <rte_interrupts.h>

#include "ice_mp_log.h"
#include "ice_mp_port.h"

/** Causes the event engine knows what to do with. */
#define OICR_CAUSES	(PFINT_OICR_ECC_ERR_M | PFINT_OICR_MAL_DETECT_M | PFINT_OICR_GRST_M | \
			 PFINT_OICR_PCI_EXCEPTION_M | PFINT_OICR_LINK_STAT_CHANGE_M | \
			 PFINT_OICR_HMC_ERR_M | PFINT_OICR_PE_CRITERR_M | PFINT_OICR_VFLR_M | \
			 PFINT_OICR_SWINT_M)
#define DYN_CTL_ITR_NONE	(GLINT_DYN_CTL_ITR_NONE << GLINT_DYN_CTL_ITR_INDX_S)
/** EAL drains an eventfd with reads of this size. */
#define EVENTFD_COUNTER_SIZE	8

int
ice_mp_intr_init(struct ice_mp_pf *pf)
{
	uint16_t want = 1, least = 1;
	unsigned int i;
	int rc;

	for (i = 0; i < pf->nb_ports; i++)
		want += pf->ports[i]->nb_vecs;
	rc = pf->bus->ops->intr_enable(pf->bus, want);
	if ((rc == -EMFILE || rc == -ENOSPC || rc == -EINVAL) && want > least) {
		/* Rx interrupts are worth having, events are needed. */
		PF_LOG(pf, WARNING, "%u vectors are not to be had (%s): no Rx interrupts.", want,
		       rte_strerror(-rc));
		for (i = 0; i < pf->nb_ports; i++)
			pf->ports[i]->nb_vecs = 0;
		want = least;
		rc = pf->bus->ops->intr_enable(pf->bus, want);
	}
	if (rc != 0) {
		PF_LOG(pf, ERR, "Vectors could not be enabled: %s.", rte_strerror(-rc));
		return rc;
	}
	pf->nb_vectors_on = want;
	return 0;
}

void
ice_mp_intr_fini(struct ice_mp_pf *pf)
{
	if (pf->nb_vectors_on == 0)
		return;
	pf->bus->ops->intr_disable(pf->bus);
	pf->nb_vectors_on = 0;
}

void
ice_mp_intr_misc_on(struct ice_mp_pf *pf, bool irq)
{
	ice_mp_wr32(pf, PFINT_OICR_CTL, irq ? INT_CTL_CAUSE_ENA_M : 0);
	ice_mp_wr32(pf, PFINT_FW_CTL, irq ? INT_CTL_CAUSE_ENA_M : 0);
	ice_mp_wr32(pf, PFINT_MBX_CTL, irq ? INT_CTL_CAUSE_ENA_M : 0);
	ice_mp_wr32(pf, PFINT_OICR_ENA, OICR_CAUSES);
	if (irq)
		ice_mp_intr_misc_rearm(pf);
}

void
ice_mp_intr_misc_off(struct ice_mp_pf *pf)
{
	ice_mp_wr32(pf, GLINT_DYN_CTL(0), DYN_CTL_ITR_NONE);
	ice_mp_wr32(pf, PFINT_OICR_ENA, 0);
	ice_mp_wr32(pf, PFINT_MBX_CTL, 0);
	ice_mp_wr32(pf, PFINT_FW_CTL, 0);
	ice_mp_wr32(pf, PFINT_OICR_CTL, 0);
}

void
ice_mp_intr_misc_rearm(struct ice_mp_pf *pf)
{
	/* Without CLEARPBA: a cause that came since the last look is kept
	 * pending by the device and fires now. */
	ice_mp_wr32(pf, GLINT_DYN_CTL(0), GLINT_DYN_CTL_INTENA_M | DYN_CTL_ITR_NONE);
}

static uint16_t
port_vector(const struct ice_mp_port *port, uint16_t queue)
{
	return port->vec_base + queue % port->nb_vecs;
}

uint16_t
ice_mp_rxq_vector(const struct ice_mp_port *port, uint16_t queue)
{
	if (port->nb_vecs == 0 || queue >= port->nb_queues)
		return 0;
	return port_vector(port, queue);
}

int
ice_mp_intr_port_init(struct ice_mp_port *port)
{
	struct ice_mp_bus *bus = port->pf->bus;
	struct rte_intr_handle *h;
	uint16_t i;
	int fd;

	if (port->nb_vecs == 0)
		return 0;
	h = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	if (h == NULL)
		return -ENOMEM;
	/* A type EAL polls but never touches the device of. */
	if (rte_intr_type_set(h, RTE_INTR_HANDLE_VDEV) != 0 || rte_intr_fd_set(h, -1) != 0 ||
	    rte_intr_efd_counter_size_set(h, EVENTFD_COUNTER_SIZE) != 0 ||
	    rte_intr_nb_efd_set(h, port->nb_vecs) != 0 ||
	    rte_intr_max_intr_set(h, port->nb_vecs) != 0)
		goto fail;
	for (i = 0; i < port->nb_vecs; i++) {
		fd = bus->ops->intr_fd(bus, port->vec_base + i);
		if (fd < 0 || rte_intr_efds_index_set(h, i, fd) != 0)
			goto fail;
	}
	port->intr_handle = h;
	return 0;
fail:
	PORT_LOG(port, ERR, "No interrupt handle.");
	rte_intr_instance_free(h);
	return -EIO;
}

int
ice_mp_intr_port_configure(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	struct rte_intr_handle *h = port->intr_handle;
	uint16_t nb = dev->data->nb_rx_queues;
	uint16_t i;

	if (h == NULL)
		return dev->data->dev_conf.intr_conf.rxq ? -ENOTSUP : 0;
	rte_intr_free_epoll_fd(h);
	rte_intr_vec_list_free(h);
	if (!dev->data->dev_conf.intr_conf.rxq || nb == 0)
		return 0;
	if (rte_intr_vec_list_alloc(h, "ice_mp_vec", nb) != 0)
		return -ENOMEM;
	for (i = 0; i < nb; i++)
		(void)rte_intr_vec_list_index_set(h, i, RTE_INTR_VEC_RXTX_OFFSET +
						  i % port->nb_vecs);
	return 0;
}

void
ice_mp_intr_port_fini(struct ice_mp_port *port)
{
	struct rte_intr_handle *h = port->intr_handle;

	if (h == NULL)
		return;
	port->intr_handle = NULL;
	/* The eventfds are the bus's; only what waits on them goes. */
	rte_intr_free_epoll_fd(h);
	rte_intr_nb_efd_set(h, 0);
	rte_intr_vec_list_free(h);
	rte_intr_instance_free(h);
}

int
ice_mp_intr_port_start(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	struct ice_mp_pf *pf = port->pf;
	uint16_t q;

	if (!dev->data->dev_conf.intr_conf.rxq)
		return 0;
	if (port->nb_vecs == 0) {
		PORT_LOG(port, ERR, "Rx interrupts are asked for, but there are no vectors.");
		return -ENOTSUP;
	}
	for (q = 0; q < dev->data->nb_rx_queues; q++) {
		uint16_t vec = port_vector(port, q);

		/* Off until the application enables the queue's interrupt. */
		ice_mp_wr32(pf, GLINT_DYN_CTL(vec), DYN_CTL_ITR_NONE);
		ice_mp_wr32(pf, GLINT_ITR(0, vec), 0);
		ice_mp_wr32(pf, QINT_RQCTL(ice_mp_hw_queue(port, q)), vec | INT_CTL_CAUSE_ENA_M);
	}
	return 0;
}

void
ice_mp_intr_port_stop(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	struct ice_mp_pf *pf = port->pf;
	uint16_t q;

	if (!dev->data->dev_conf.intr_conf.rxq || port->nb_vecs == 0)
		return;
	for (q = 0; q < dev->data->nb_rx_queues; q++) {
		ice_mp_wr32(pf, GLINT_DYN_CTL(port_vector(port, q)), DYN_CTL_ITR_NONE);
		ice_mp_wr32(pf, QINT_RQCTL(ice_mp_hw_queue(port, q)), 0);
	}
}

static void
rxq_intr_on(const struct ice_mp_port *port, uint16_t queue)
{
	/* Without CLEARPBA: what arrived since the queue was last polled
	 * must still interrupt. */
	ice_mp_wr32(port->pf, GLINT_DYN_CTL(port_vector(port, queue)),
		    GLINT_DYN_CTL_INTENA_M | DYN_CTL_ITR_NONE);
}

int
ice_mp_rx_intr_enable(struct rte_eth_dev *dev, uint16_t queue)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);

	if (!dev->data->dev_conf.intr_conf.rxq || port->nb_vecs == 0)
		return -ENOTSUP;
	if (!dev->data->dev_started)
		return -EINVAL;
	port->rxq_intr |= UINT64_C(1) << queue;
	if (port->pf->state == ICE_MP_PF_RUNNING)
		rxq_intr_on(port, queue);
	return 0;
}

void
ice_mp_intr_rxq_again(struct ice_mp_port *port, uint16_t queue)
{
	ice_mp_wr32(port->pf, GLINT_DYN_CTL(port_vector(port, queue)),
		    GLINT_DYN_CTL_INTENA_M | GLINT_DYN_CTL_SWINT_TRIG_M | DYN_CTL_ITR_NONE);
}

void
ice_mp_intr_port_resume(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint16_t q;

	for (q = 0; q < dev->data->nb_rx_queues; q++)
		if (port->rxq_intr & UINT64_C(1) << q)
			rxq_intr_on(port, q);
}

int
ice_mp_rx_intr_disable(struct rte_eth_dev *dev, uint16_t queue)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);

	if (!dev->data->dev_conf.intr_conf.rxq || port->nb_vecs == 0)
		return -ENOTSUP;
	if (!dev->data->dev_started)
		return 0;
	port->rxq_intr &= ~(UINT64_C(1) << queue);
	if (port->pf->state == ICE_MP_PF_RUNNING)
		ice_mp_wr32(port->pf, GLINT_DYN_CTL(port_vector(port, queue)), DYN_CTL_ITR_NONE);
	return 0;
}
