using TfLbfgs.Keras.Activations;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// One call of a layer within a pass through a model: what the layer receives, and where it puts what it makes in addition to its outputs.
/// Calls
/// within a call inherit it on their thread, whether or not it is passed on.
/// Python: the arguments <c>training</c> and <c>mask</c>, <c>add_loss</c>, and the call context of Keras.
/// </summary>
public sealed class CallContext
{
    [ThreadStatic]
    private static CallContext? _current;

    internal CallContext(CallPass pass, bool training, CallArguments arguments, Layer layer)
    {
        Pass = pass;
        DeclaredTraining = training;
        Training = training && (layer.IsStochastic ? pass.DrawsRandom : pass.UsesStatistics);
        Arguments = arguments;
    }

    /// <summary>
    /// Whether layers behave as in training: Dropout drops, BatchNormalization uses the statistics of the batch. Python: the argument
    /// <c>training</c>.
    /// </summary>
    public bool Training { get; }

    /// <summary>
    /// Whether the values that <see cref="Update"/> receives are applied when the pass ends; false in the objective of a minimizer, whose
    /// evaluations change nothing.
    /// </summary>
    public bool AppliesUpdates => Pass.AppliesUpdates;

    /// <summary>What the call gives the layer besides its inputs.</summary>
    public CallArguments Arguments { get; }

    /// <summary>What the call was given; a pass may leave random numbers or statistics of the batch out.</summary>
    internal bool DeclaredTraining { get; }

    /// <summary>The call that runs on this thread now; null outside calls.</summary>
    internal static CallContext? Current => _current;

    internal CallPass Pass { get; }

    /// <summary>
    /// Lets the context be passed on to a call within the call, <c>layer.Call(x, context)</c>, where <c>training</c> is expected.
    /// </summary>
    /// <param name="context">The context.</param>
    public static implicit operator bool?(CallContext context) => context?.DeclaredTraining;

    /// <inheritdoc cref="op_Implicit(CallContext)"/>
    /// <returns>Whether layers behave as in training.</returns>
    public bool? ToNullable() => DeclaredTraining;

    /// <summary>Adds a penalty that depends on this pass, such as one on a layer's output. Python: <c>layer.add_loss</c>.</summary>
    /// <param name="loss">A scalar.</param>
    public void AddLoss(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Pass.AddLoss(loss);
    }

    /// <summary>The mask of a tensor of this pass: which steps count. Python: <c>tensor._keras_mask</c>.</summary>
    /// <param name="tensor">An input of the layer, or an output of a layer within it.</param>
    /// <returns>A tensor of bool, [batch, steps]; null where all count. Borrowed.</returns>
    public Tensor? MaskOf(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Pass.MaskOf(tensor);
    }

    /// <summary>
    /// Sets the mask of an output. A layer that passes on the mask of its input overrides <see cref="Layer.SupportsMasking"/> instead.
    /// </summary>
    /// <param name="output">The output.</param>
    /// <param name="mask">Which steps count, bool, [batch, steps]; null: all, also where the input has a mask.</param>
    public void SetMask(Tensor output, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(output);
        Pass.SetMask(output, mask);
    }

    /// <summary>
    /// Applies the activation at the end of a layer, and remembers what went into a softmax or sigmoid, on which losses are more exact.
    /// </summary>
    /// <param name="activation">The activation; null: none.</param>
    /// <param name="input">Its input.</param>
    /// <returns>The output; the input itself where there is no activation.</returns>
    public Tensor Activate(ActivationFunction? activation, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (activation is null || activation.IsLinear)
            return input;
        Tensor output = activation.Compute(input);
        if (activation.GivesProbabilities)
            Pass.SetLogits(output, new Logits(input, activation.Name));
        return output;
    }

    /// <summary>
    /// Gives a variable that is not trained a new value when the pass ends: moving statistics, recurrent state, counters of random numbers.
    /// The objective of a minimizer collects such values and does not apply them, so
    /// that a loss depends on parameters and data alone. Python: <c>variable.assign</c> in <c>call</c>.
    /// </summary>
    /// <param name="variable">A variable of the layer.</param>
    /// <param name="value">Its new value, of its dtype and shape, or of the dtype in which the layer computes.</param>
    public void Update(Variable variable, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(value);
        Pass.Update(variable, value.DType == variable.DType ? value : RawOps.Cast(value, variable.DType));
    }

    /// <summary>The value of a variable within this pass: what <see cref="Update"/> gave it last, otherwise its own.</summary>
    /// <param name="variable">A variable of the layer.</param>
    /// <returns>The value.</returns>
    public Tensor ValueOf(Variable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return Pass.UpdateOf(variable) ?? variable.Value;
    }

    /// <summary>Runs code with this context as that of the thread.</summary>
    internal T Run<T>(Func<CallContext, T> body)
    {
        CallContext? outer = _current;
        _current = this;
        try
        {
            return body(this);
        }
        finally
        {
            _current = outer;
        }
    }
}
