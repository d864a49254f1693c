using TfLbfgs.Runtime;

namespace TfLbfgs.Keras;

/// <summary>What holds for the whole process. Python: <c>tf.keras.config</c>, <c>tf.keras.backend</c>.</summary>
public static class KerasConfig
{
    /// <summary>The small number that keeps divisions and logarithms of Keras finite. Python: <c>tf.keras.backend.epsilon()</c>.</summary>
    internal const double Epsilon = 1e-7;

    private static volatile int _floatX = (int)DType.Float32;

    /// <summary>
    /// The dtype of layers and models that state none, as it is when they are made: default float32. A model takes it over the dtype of its
    /// first data, except for float32, which leaves the choice to the data.
    /// Models that are loaded keep the dtype of their file. Prefer to give the model its dtype (<c>new Sequential(DType.Float64)</c>) where
    /// that is possible: this is seen by every thread. Python:
    /// <c>tf.keras.backend.set_floatx</c>, <c>tf.keras.backend.floatx</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set to another dtype than float64, float32, float16 and bfloat16.</exception>
    public static DType FloatX
    {
        get => (DType)_floatX;
        set => _floatX = value is DType.Float64 or DType.Float32 or DType.Float16 or DType.BFloat16
            ? (int)value
            : throw new TfLbfgsException(
                $"KerasConfig.FloatX: expected float64, float32, float16 or bfloat16, received {value.PythonName}.");
    }
}
