using TfLbfgs.Formats;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Brings weights of old files into the form of the layers of today: kernels of Keras 1, of Theano and of cuDNN, and gates that were
/// weights of their own. Python:
/// <c>preprocess_weights_for_loading</c> of Keras 2.
/// </summary>
/// <param name="kerasVersion">The version that the file states; null counts as Keras 1, as in Keras 2.</param>
/// <param name="backend">The backend that the file states; Theano's convolutions have their kernels mirrored.</param>
internal sealed class LegacyWeights(string? kerasVersion, string? backend)
{
    // Gates of Keras 1 stood in the order i, c, f, o of kernel, recurrent kernel and bias each; today it is i, f, c, o.
    private static readonly int[] LstmGates = [0, 2, 1, 3];
    private static readonly int[] GruGates = [0, 1, 2];

    private readonly bool _isKeras1 = kerasVersion is null || kerasVersion.StartsWith('1');
    private readonly bool _isTheano = backend == "theano";

    /// <summary>
    /// The weights of a layer in the form of its variables, in their order. Weights that need no conversion are as they were.
    /// </summary>
    public IReadOnlyList<WeightArray> Convert(Layer layer, IReadOnlyList<WeightArray> weights)
    {
        if (kerasVersion?.StartsWith('3') == true || weights.Count == 0)
            return weights;
        return layer switch
        {
            Model model => ConvertNested(model, weights),
            { ClassName: "Bidirectional" } when Parts(layer) is [{ } forward, { } backward] && weights.Count % 2 == 0 =>
                [.. Convert(forward, [.. weights.Take(weights.Count / 2)]), .. Convert(backward, [.. weights.Skip(weights.Count / 2)])],
            { ClassName: "TimeDistributed" } when Parts(layer) is [{ } inner] => Convert(inner, weights),
            _ => ConvertLayer(layer, weights),
        };
    }

    private static Layer[] Parts(Layer layer) => [.. layer.Sublayers.Where(part => part.Variables.Count > 0)];

    // Trained weights of all layers stand first, then the others, as far as layers have them.
    private List<WeightArray> ConvertNested(Model model, IReadOnlyList<WeightArray> weights)
    {
        List<WeightArray> converted = [];
        int taken = 0;
        foreach (bool trained in (bool[])[true, false])
        {
            foreach (Layer layer in model.Layers)
            {
                int count = trained ? layer.TrainableVariables.Count : layer.Variables.Count - layer.TrainableVariables.Count;
                converted.AddRange(Convert(layer, [.. weights.Skip(taken).Take(count)]));
                taken += count;
            }
        }

        return [.. converted, .. weights.Skip(taken)];
    }

    private IReadOnlyList<WeightArray> ConvertLayer(Layer layer, IReadOnlyList<WeightArray> weights)
    {
        IReadOnlyList<Shape> shapes = [.. layer.Variables.Select(variable => variable.Shape)];
        switch (layer.ClassName)
        {
            case "Conv1D" or "Conv2D" or "Conv3D" or "Conv2DTranspose":
                return [Replace(weights[0], Kernel(layer, weights[0].Data, shapes[0])), .. weights.Skip(1)];
            case "ConvLSTM2D" when weights.Count is 3 or 12:
                IReadOnlyList<WeightArray> joined = weights.Count == 12 && _isKeras1 ? Join(weights, LstmGates) : weights;
                return [Replace(joined[0], Kernel(layer, joined[0].Data, shapes[0])),
                    Replace(joined[1], Kernel(layer, joined[1].Data, shapes[1])), joined[2]];
            case "LSTM" when weights.Count == 12 && _isKeras1:
                return Join(weights, LstmGates);
            case "GRU" when weights.Count == 9 && _isKeras1:
                return Join(weights, GruGates);
            case "LSTM" or "GRU" when weights.Count == 3 && shapes.Count == 3:
                return CudnnWeights.Convert(weights, shapes, layer.ClassName == "LSTM" ? 4 : 3);
            default:
                return weights;
        }
    }

    private StoredArray Kernel(Layer layer, StoredArray kernel, Shape wanted)
    {
        bool isFirst = layer.GetConfig(KerasGeneration.Keras2)["data_format"]?.GetValue<string>() == "channels_first";
        if (_isKeras1)
        {
            kernel = (layer.ClassName, kernel.Shape.Count, isFirst) switch
            {
                // (length, 1, in, out), or in Keras 1.1 (out, in, length, 1).
                ("Conv1D", 4, _) =>
                    DropSecond(kernel.Shape[0] == wanted[0] && kernel.Shape[1] == 1 && kernel.Shape[3] == wanted[2] ? kernel
                    : ArrayLayout.Transpose(kernel, 2, 3, 1, 0)),
                ("Conv2D", 4, true) or ("ConvLSTM2D", 4, true) => ArrayLayout.Transpose(kernel, 2, 3, 1, 0),
                ("Conv2DTranspose", 4, false) => ArrayLayout.Transpose(kernel, 0, 1, 3, 2),
                ("Conv2DTranspose", 4, true) => ArrayLayout.Transpose(kernel, 2, 3, 0, 1),
                ("Conv3D", 5, true) => ArrayLayout.Transpose(kernel, 2, 3, 4, 1, 0),
                _ => kernel,
            };
        }

        if (_isTheano && kernel.Shape.Count > 2)
            kernel = ArrayLayout.Flip(kernel, kernel.Shape.Count - 2);
        return kernel.Shape.Count == 4 && !kernel.Shape.SequenceEqual(wanted)
            && ((long[])[kernel.Shape[3], kernel.Shape[2], kernel.Shape[0], kernel.Shape[1]]).SequenceEqual(wanted)
            ? ArrayLayout.Transpose(kernel, 3, 2, 0, 1)
            : kernel;
    }

    private static StoredArray DropSecond(StoredArray kernel) =>
        kernel.Shape[1] == 1 ? ArrayLayout.Reshape(kernel, [kernel.Shape[0], kernel.Shape[2], kernel.Shape[3]]) : kernel;

    private static WeightArray[] Join(IReadOnlyList<WeightArray> weights, int[] gates) =>
    [
        .. Enumerable.Range(0, 3).Select(part =>
            new WeightArray(weights[part].Name, ArrayLayout.Concatenate([.. gates.Select(gate => weights[(3 * gate) + part].Data)]))),
    ];

    private static WeightArray Replace(WeightArray weight, StoredArray data) =>
        ReferenceEquals(weight.Data, data) ? weight : weight with { Data = data };
}
