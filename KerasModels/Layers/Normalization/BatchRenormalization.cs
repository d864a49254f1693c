using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// How <see cref="BatchNormalization"/> corrects the statistics of a batch towards the stored ones in training (Ioffe 2017). Python:
/// <c>renorm=True</c>, <c>renorm_clipping</c>, <c>renorm_momentum</c>.
/// </summary>
/// <param name="MinimumScale">The smallest factor; null: any. Python: <c>rmin</c>.</param>
/// <param name="MaximumScale">The largest factor; null: any. Python: <c>rmax</c>.</param>
/// <param name="MaximumShift">The largest magnitude of the offset; null: any. Python: <c>dmax</c>.</param>
/// <param name="Momentum">The weight of the statistics that training itself uses when they are moved; default 0.99.</param>
public sealed record BatchRenormalization(double? MinimumScale = null, double? MaximumScale = null, double? MaximumShift = null,
    double Momentum = 0.99)
{
    private static readonly string[] Bounds = ["rmin", "rmax", "dmax"];

    /// <summary>Declares the fields of a layer that has it or not.</summary>
    internal static void Describe(ConfigFields fields, ref BatchRenormalization? value)
    {
        // Keras 2 writes the fields only where there is a renormalization.
        if (fields.Generation == KerasGeneration.Keras2 && !fields.IsReading && value is null)
            return;
        bool isThere = value is not null;
        JsonElement? clipping = value?.Clipping();
        double momentum = value?.Momentum ?? 0.99;
        fields.Flag("renorm", ref isThere);
        fields.Json("renorm_clipping", ref clipping);
        fields.Number("renorm_momentum", ref momentum);
        if (!fields.IsReading)
            return;
        double?[] bounds = new double?[Bounds.Length];
        if (isThere && clipping is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (JsonProperty bound in given.EnumerateObject())
            {
                int index = Array.IndexOf(Bounds, bound.Name);
                if (index < 0 || bound.Value.ValueKind is not (JsonValueKind.Number or JsonValueKind.Null))
                    throw fields.Fail(
                        $"renorm_clipping with numbers for {string.Join(", ", Bounds)}, received {bound.Name}: {bound.Value.GetRawText()}");
                bounds[index] = bound.Value.ValueKind == JsonValueKind.Number ? bound.Value.GetDouble() : null;
            }
        }

        value = isThere ? new BatchRenormalization(bounds[0], bounds[1], bounds[2], momentum) : null;
    }

    /// <summary>
    /// The factor and the offset that bring what the batch normalizes to what the stored statistics would; no gradient passes.
    /// </summary>
    internal (Tensor Factor, Tensor Offset) Corrections(Tensor mean, Tensor deviation, Tensor storedMean, Tensor storedDeviation)
    {
        Tensor factor = deviation / storedDeviation, offset = (mean - storedMean) / storedDeviation;
        if (MinimumScale is { } smallest)
            factor = Tf.Maximum(factor, smallest);
        if (MaximumScale is { } largest)
            factor = Tf.Minimum(factor, largest);
        if (MaximumShift is { } bound)
            offset = Tf.Minimum(Tf.Maximum(offset, -bound), bound);
        return (Tf.StopGradient(factor), Tf.StopGradient(offset));
    }

    private JsonElement Clipping()
    {
        JsonObject bounds = [];
        foreach ((string name, double? bound) in Bounds.Zip([MinimumScale, MaximumScale, MaximumShift]))
        {
            if (bound is { } number)
                bounds[name] = number;
        }

        using JsonDocument document = JsonDocument.Parse(bounds.ToJsonString());
        return document.RootElement.Clone();
    }
}
