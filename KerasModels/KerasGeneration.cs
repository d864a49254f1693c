namespace TfLbfgs.Keras;

/// <summary>
/// The generation of Keras whose meaning a name has: a few names stand for different formulas (<c>hard_sigmoid</c>), and some exist in
/// Keras 3 only.
/// </summary>
public enum KerasGeneration
{
    /// <summary>Keras 2: <c>tf.keras</c> up to TensorFlow 2.15, <c>tf_keras</c> since.</summary>
    Keras2 = 2,

    /// <summary>Keras 3, the current one.</summary>
    Keras3 = 3,
}
