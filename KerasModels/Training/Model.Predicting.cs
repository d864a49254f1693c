using TfLbfgs.Functions;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <content>Predictions.</content>
public partial class Model
{
    private const int DefaultPredictionRows = 1024;

    private Function? _prediction;

    /// <summary>
    /// The predictions for an input, in inference mode. More rows than a batch are taken batch by batch, so that memory does not grow with
    /// them except for the result. Python: <c>model.predict</c>.
    /// </summary>
    /// <param name="input">The input, [batch, ...], of the model's dtype; borrowed.</param>
    /// <param name="batchSize">The number of rows of a batch; default 1024.</param>
    /// <returns>The output, owned by the caller.</returns>
    public Tensor Predict(Tensor input, int batchSize = DefaultPredictionRows)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor[] outputs = Predict([input], batchSize);
        if (outputs.Length == 1)
            return outputs[0];
        foreach (Tensor output in outputs)
            output.Dispose();
        throw new TfLbfgsException($"{this} has {outputs.Length} outputs: give a list of inputs to receive a list.");
    }

    /// <summary>The predictions of a model with several inputs or outputs, in inference mode.</summary>
    /// <param name="inputs">One tensor for each input; borrowed.</param>
    /// <param name="batchSize">The number of rows of a batch; default 1024.</param>
    /// <param name="callbacks">What is called for each batch; null: nothing.</param>
    /// <returns>One tensor for each output, owned by the caller.</returns>
    public Tensor[] Predict(IReadOnlyList<Tensor> inputs, int batchSize = DefaultPredictionRows, IReadOnlyList<Callback>? callbacks = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        bool hasRows = inputs.Count > 0 && inputs.All(input => !input.IsSymbolic && input is not KerasTensor && input.Rank > 0);
        CallbackList list = new(this, callbacks ?? []);
        list.Start(new TrainingParameters(1, null, Verbosity.Silent));
        list.OnPredictBegin();
        Tensor[] outputs;
        if (!hasRows || inputs.Max(input => input.Shape[0]) <= batchSize || !Tf.ExecutingEagerly())
        {
            list.OnPredictBatchBegin(0);
            outputs = Call(inputs, training: false);
            list.OnPredictBatchEnd(0);
        }
        else
        {
            outputs = PredictBatches(inputs, batchSize, list);
        }

        list.OnPredictEnd();
        return outputs;
    }

    /// <summary>The predictions for a batch in one pass. Python: <c>model.predict_on_batch</c>.</summary>
    /// <param name="input">The input, [batch, ...]; borrowed.</param>
    /// <returns>The output, owned by the caller.</returns>
    public Tensor PredictOnBatch(Tensor input) => Call(input, training: false);

    private Tensor[] PredictBatches(IReadOnlyList<Tensor> inputs, int batchSize, CallbackList callbacks)
    {
        BuildFor(inputs);
        _prediction ??= new Function((Tensor[] batch) => Call((IReadOnlyList<Tensor>)batch, training: false),
            new FunctionOptions { Name = "predict" });
        long rows = inputs[0].Shape[0];
        List<Tensor[]> parts = [];
        using TensorScope scope = new();
        for (long begin = 0; begin < rows; begin += batchSize)
        {
            int step = (int)(begin / batchSize);
            callbacks.OnPredictBatchBegin(step);
            using TensorScope inner = new();
            TensorIndex range = TensorIndex.Slice(begin, Math.Min(rows, begin + batchSize));
            parts.Add([.. _prediction.Call([.. inputs.Select(input => input[range])]).Select(inner.Keep)]);
            callbacks.OnPredictBatchEnd(step);
        }

        Tensor[] outputs = new Tensor[parts[0].Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            Tensor axis = Tensor.Scalar(0);
            outputs[i] = scope.Keep(RawOps.ConcatV2([.. parts.Select(part => part[i])], axis));
            foreach (Tensor[] part in parts)
                part[i].Dispose();
        }

        return outputs;
    }

    private void DisposePrediction()
    {
        _prediction?.Dispose();
        _prediction = null;
    }
}
