using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Regularizers;

/// <summary>l2 · Σx². Python: <c>tf.keras.regularizers.L2</c>.</summary>
/// <param name="l2">The factor; default 0.01.</param>
public sealed class L2(double l2 = 0.01) : L1L2(0, l2)
{
    internal override void WriteConfig(JsonObject config) => config["l2"] = SquareFactor;
}
