import { defineSystem } from '@strata/runtime/config'

export default defineSystem({ name: 'rooms', start: [{ module: 'house', export: 'start', name: 'house' }] })
