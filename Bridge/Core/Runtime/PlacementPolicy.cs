namespace TfLbfgs.Runtime;

/// <summary>
/// What happens when an op meets an input that lies on another device. Python: <c>tf.config.experimental.set_device_policy</c>.
/// </summary>
public enum PlacementPolicy
{
    /// <summary>The op fails: nothing is ever copied without being asked for.</summary>
    Explicit = 0,

    /// <summary>The input is copied and a warning is logged.</summary>
    Warn = 1,

    /// <summary>The input is copied.</summary>
    Silent = 2,

    /// <summary>int32 inputs are copied, others fail.</summary>
    SilentForInt32 = 3,
}
