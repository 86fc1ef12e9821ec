/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * RSS of a port: a 52-byte key and one of the device's global tables of 512
 * entries (the PF's own table is one for all ports, a VSI's has 64 entries).
 *
 * Which fields are hashed is fixed in the device's default profile: addresses
 * and, where there are, L4 ports. So rss_hf switches RSS on (any of the types)
 * or off (none), and what is reported back is what the device does.
 */

#include <errno.h>
#include <string.h>

#include <rte_malloc.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"

const uint64_t ice_mp_rss_offloads =
	RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_TCP |
	RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV4_SCTP |
	RTE_ETH_RSS_NONFRAG_IPV4_OTHER | RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_FRAG_IPV6 |
	RTE_ETH_RSS_NONFRAG_IPV6_TCP | RTE_ETH_RSS_NONFRAG_IPV6_UDP |
	RTE_ETH_RSS_NONFRAG_IPV6_SCTP | RTE_ETH_RSS_NONFRAG_IPV6_OTHER;

/* The key of the Toeplitz definition's own examples, then more of the kind:
 * hashes can be checked against published values. */
const uint8_t ice_mp_rss_default_key[ICE_MP_RSS_KEY_SIZE] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa, 0x1d, 0x83,
	0x5e, 0xc4, 0x92, 0x6f, 0xb8, 0x07, 0xe1, 0x3a, 0x59, 0x9c,
};

int
ice_mp_rss_init(struct ice_mp_port *port)
{
	int rc;

	rc = ice_mp_aqc_alloc_res(port->pf, ICE_MP_AQ_RES_GLOBAL_RSS, &port->rss_lut);
	if (rc == 0 && port->rss_lut >= ICE_MP_AQ_RSS_GBL_LUT_COUNT) {
		(void)ice_mp_aqc_free_res(port->pf, ICE_MP_AQ_RES_GLOBAL_RSS, port->rss_lut);
		rc = -EIO;
	}
	if (rc != 0) {
		port->rss_lut = ICE_MP_NO_LUT;
		PORT_LOG(port, ERR, "No global RSS table: %s.", rte_strerror(-rc));
	}
	return rc;
}

void
ice_mp_rss_fini(struct ice_mp_port *port)
{
	if (port->rss_lut == ICE_MP_NO_LUT)
		return;
	if (ice_mp_present(port->pf))
		(void)ice_mp_aqc_free_res(port->pf, ICE_MP_AQ_RES_GLOBAL_RSS, port->rss_lut);
	port->rss_lut = ICE_MP_NO_LUT;
}

static int
rss_write_lut(struct ice_mp_port *port, const uint16_t *tbl, bool on)
{
	uint8_t lut[ICE_MP_RSS_LUT_GLOBAL];
	unsigned int i;

	if (!port->hw_up)
		return -EIO;
	for (i = 0; i < RTE_DIM(lut); i++)
		lut[i] = on ? (uint8_t)tbl[i] : 0;
	return ice_mp_aqc_rss_lut(port->pf, port->vsi, port->rss_lut, lut);
}

int
ice_mp_rss_replay(struct ice_mp_port *port)
{
	int rc;

	rc = ice_mp_aqc_rss_key(port->pf, port->vsi, port->rss_key);
	if (rc == 0)
		rc = rss_write_lut(port, port->rss_lut_tbl, port->rss_on);
	if (rc != 0)
		PORT_LOG(port, ERR, "RSS was not configured: %s.", rte_strerror(-rc));
	return rc;
}

int
ice_mp_rss_configure(struct ice_mp_port *port)
{
	const struct rte_eth_conf *conf = &port->data->dev_conf;
	const struct rte_eth_rss_conf *rss = &conf->rx_adv_conf.rss_conf;
	uint16_t nb = port->data->nb_rx_queues;
	unsigned int i;

	if (rss->rss_key != NULL && rss->rss_key_len != 0 &&
	    rss->rss_key_len != ICE_MP_RSS_KEY_SIZE) {
		PORT_LOG(port, ERR, "The RSS key has %u bytes, not %u.", rss->rss_key_len,
			 ICE_MP_RSS_KEY_SIZE);
		return -EINVAL;
	}
	memcpy(port->rss_key, rss->rss_key != NULL && rss->rss_key_len != 0 ? rss->rss_key :
	       ice_mp_rss_default_key, ICE_MP_RSS_KEY_SIZE);
	port->rss_on = (conf->rxmode.mq_mode & RTE_ETH_MQ_RX_RSS_FLAG) != 0 &&
		       rss->rss_hf != 0 && nb > 0;
	for (i = 0; i < ICE_MP_RSS_LUT_GLOBAL; i++)
		port->rss_lut_tbl[i] = nb > 0 ? i % nb : 0;
	return ice_mp_rss_replay(port);
}

int
ice_mp_reta_update(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf,
		   uint16_t size)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint16_t tbl[ICE_MP_RSS_LUT_GLOBAL];
	unsigned int i;
	int rc;

	if (size != ICE_MP_RSS_LUT_GLOBAL)
		return -EINVAL;
	memcpy(tbl, port->rss_lut_tbl, sizeof(tbl));
	for (i = 0; i < size; i++) {
		const struct rte_eth_rss_reta_entry64 *e = &conf[i / RTE_ETH_RETA_GROUP_SIZE];
		unsigned int pos = i % RTE_ETH_RETA_GROUP_SIZE;

		/* ethdev has compared the entries with the number of queues. */
		if ((e->mask & (UINT64_C(1) << pos)) != 0)
			tbl[i] = e->reta[pos];
	}
	rc = rss_write_lut(port, tbl, port->rss_on);
	if (rc == 0)
		memcpy(port->rss_lut_tbl, tbl, sizeof(tbl));
	return rc;
}

int
ice_mp_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);
	unsigned int i;

	if (size != ICE_MP_RSS_LUT_GLOBAL)
		return -EINVAL;
	for (i = 0; i < size; i++) {
		struct rte_eth_rss_reta_entry64 *e = &conf[i / RTE_ETH_RETA_GROUP_SIZE];
		unsigned int pos = i % RTE_ETH_RETA_GROUP_SIZE;

		if ((e->mask & (UINT64_C(1) << pos)) != 0)
			e->reta[pos] = port->rss_lut_tbl[i];
	}
	return 0;
}

int
ice_mp_rss_hash_update(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	bool on = conf->rss_hf != 0;
	bool was_on = port->rss_on;
	int rc;

	if ((conf->rss_hf & ~ice_mp_rss_offloads) != 0)
		return -EINVAL;
	if (conf->rss_key != NULL && conf->rss_key_len != ICE_MP_RSS_KEY_SIZE)
		return -EINVAL;
	if (on != was_on) {
		rc = rss_write_lut(port, port->rss_lut_tbl, on);
		if (rc != 0)
			return rc;
		port->rss_on = on;
	}
	if (conf->rss_key == NULL)
		return 0;
	rc = ice_mp_aqc_rss_key(port->pf, port->vsi, conf->rss_key);
	if (rc == 0) {
		memcpy(port->rss_key, conf->rss_key, ICE_MP_RSS_KEY_SIZE);
		return 0;
	}
	if (on != was_on && rss_write_lut(port, port->rss_lut_tbl, was_on) == 0)
		port->rss_on = was_on;
	return rc;
}

int
ice_mp_rss_hash_conf_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);

	if (conf->rss_key != NULL) {
		if (conf->rss_key_len < ICE_MP_RSS_KEY_SIZE)
			return -EINVAL;
		memcpy(conf->rss_key, port->rss_key, ICE_MP_RSS_KEY_SIZE);
	}
	conf->rss_key_len = ICE_MP_RSS_KEY_SIZE;
	conf->rss_hf = port->rss_on ? ice_mp_rss_offloads : 0;
	return 0;
}
