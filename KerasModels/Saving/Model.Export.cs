using TfLbfgs.Keras.Saving.Formats.SavedModel;
using TfLbfgs.Optimization;
using TfLbfgs.SavedModels;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

public partial class Model
{
    /// <summary>
    /// Exports the model for inference: a SavedModel with the signatures <c>serving_default</c> and <c>serve</c>, which
    /// <c>tf.saved_model.load</c>, <c>TFSMLayer</c> and TensorFlow Serving call. Inputs have the names of the input layers, outputs the
    /// names <c>output_0</c>, <c>output_1</c>, ... Sequential and functional models that Keras 2 has are described as well, so that its
    /// <c>load_model</c> makes a model of the folder. Python: <c>model.export(folder)</c> of Keras 3.
    /// </summary>
    /// <param name="folder">The folder, which is replaced where it exists and is a SavedModel.</param>
    /// <param name="objective">
    /// What is also exported as the signature <c>value_and_gradients</c>, with its data, for minimizers of other programs, with
    /// <c>get_flat</c> and <c>set_flat</c>; null (default): nothing.
    /// </param>
    /// <exception cref="TfLbfgsException">The model has no variables yet, an input may be of any number of axes, or the place cannot be
    /// written.</exception>
    public void Export(string folder, Objective? objective = null)
    {
        RequireVariables();
        TensorSpec[] inputs = ExportedInputs();
        string[] outputs = [.. Enumerable.Range(0, OutputCount).Select(i => FormattableString.Invariant($"output_{i}"))];
        using SavedModelWriter writer = new(Variables);
        foreach (string name in (string[])["serving_default", "serve"])
            writer.AddSignature(name, inputs, outputs, Infer);
        // What TFSMLayer calls.
        writer.AddFunction("serve", inputs, outputs, Infer);
        if (objective is not null)
            writer.AddObjective(objective);
        KerasMetadata.AddTo(writer, this);
        writer.Write(folder);

        Tensor[] Infer(Tensor[] arguments) => Call(arguments, training: false);
    }

    /// <summary>The inputs of the signatures, in the order of the model.</summary>
    internal TensorSpec[] ExportedInputs()
    {
        TensorSpec[] specs = [.. InputShapes.Select((shape, i) => _graph is null
            // The batch of the first data says nothing of the next.
            ? new TensorSpec((this as Sequential)?.Entry?.Name
                ?? FormattableString.Invariant($"args_{i}"), InputDType, Shape.Create([-1, .. shape.ToArray().AsSpan()[1..]]))
            : new TensorSpec(_graph.Inputs[i].Node.Layer.Name, _graph.Inputs[i].DType, shape))];
        return specs.Length > 0
            ? specs : throw new TfLbfgsException(
            $"{this}: expected a model whose inputs are known, received one that was not called yet. Call it with data first.");
    }
}
