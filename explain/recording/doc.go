// Package recording turns calls of AWS services into events of the flight recorder.
//
// It stands apart because the recorder knows nothing of the services' types, and the services nothing of the recorder.
package recording
