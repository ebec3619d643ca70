// Errors of calls (spec 12.1).

package core

import "fmt"

// EngineError refuses a call before anything has changed.
type EngineError struct {
	Code    ErrorCode
	Message string
}

// Error returns the code and the message.
func (e *EngineError) Error() string { return e.Code.String() + ": " + e.Message }

// Errorf makes an EngineError.
func Errorf(code ErrorCode, format string, arguments ...any) *EngineError {
	return &EngineError{Code: code, Message: fmt.Sprintf(format, arguments...)}
}
