using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <content>A step.</content>
public abstract partial class Optimizer
{
    /// <summary>
    /// Changes variables by their gradients. Works eagerly and in traced functions. Python: <c>optimizer.apply_gradients</c>.
    /// </summary>
    /// <param name="gradientsAndVariables">For each variable its gradient, null where the loss does not depend on it, which leaves the
    /// variable as it is; borrowed.</param>
    /// <exception cref="TfLbfgsException">No variable has a gradient, a gradient has another shape, or a variable is not one of those that
    /// the optimizer was built for.</exception>
    public void Apply(IEnumerable<(Tensor? Gradient, Variable Variable)> gradientsAndVariables)
    {
        ArgumentNullException.ThrowIfNull(gradientsAndVariables);
        (Tensor? Gradient, Variable Variable)[] pairs = [.. gradientsAndVariables];
        Apply([.. pairs.Select(pair => pair.Gradient)], [.. pairs.Select(pair => pair.Variable)]);
    }

    /// <summary>Changes variables by their gradients. Python: <c>optimizer.apply(gradients, variables)</c>.</summary>
    /// <param name="gradients">The gradient of each variable, null where there is none; borrowed.</param>
    /// <param name="variables">The variables.</param>
    /// <exception cref="TfLbfgsException">No variable has a gradient, a gradient has another shape, or a variable is not one of those that
    /// the optimizer was built for.</exception>
    public void Apply(IReadOnlyList<Tensor?> gradients, IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        Apply([.. gradients.Select(gradient => (gradient, (IndexedSlices?)null))], variables);
    }

    /// <summary>
    /// Changes variables by their gradients, of which some are sparse: <see cref="GradientTape.SparseGradient(Tensor,
    /// IReadOnlyList{Variable}, Tensor?)"/>
    /// returns them in this form. Rows that stand twice are added first.
    /// </summary>
    /// <param name="gradients">For each variable a dense gradient, or sparse rows, or neither; borrowed.</param>
    /// <param name="variables">The variables.</param>
    /// <exception cref="TfLbfgsException">No variable has a gradient, a gradient has another shape, or a variable is not one of those that
    /// the optimizer was built for.</exception>
    public virtual void Apply(IReadOnlyList<(Tensor? Dense, IndexedSlices? Slices)> gradients, IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(variables);
        if (gradients.Count != variables.Count)
            throw new TfLbfgsException(
                $"{this}: expected one gradient for each of {variables.Count} variables, received {gradients.Count}.");
        Build(variables);
        List<VariableGradient> found = [];
        for (int i = 0; i < variables.Count; i++)
        {
            if (gradients[i].Dense is not null || gradients[i].Slices is not null)
                found.Add(VariableGradient.Of(variables[i], gradients[i].Dense, gradients[i].Slices));
        }

        if (found.Count == 0)
        {
            throw new TfLbfgsException(
                $"{this}: expected a gradient for at least one variable, received none for {string.Join(", ", variables)}. The loss "
                    + "depends on none of them.");
        }

        using TensorScope scope = new();
        if (_lossScaleFactor is { } scale)
            found = [.. found.Select(gradient => gradient.With(values => values / scale))];
        if (_accumulationSteps is { } steps)
            Accumulate([.. found.Select(gradient => gradient.ToDense())], steps);
        else
            Step(found);
        if (_useEma)
            UpdateAverages([.. found.Select(gradient => gradient.Variable)]);
        using Tensor one = Tensor.Scalar(1L);
        _iterations!.AssignAdd(one);
    }

    /// <summary>
    /// The loss whose gradients are applied: scaled where the optimizer asks for it, so that gradients of 16 bits do not become 0. Python:
    /// <c>optimizer.scale_loss</c>.
    /// </summary>
    /// <param name="loss">The loss; borrowed.</param>
    /// <returns>The loss, owned by the caller; the tensor itself where nothing is scaled.</returns>
    public virtual Tensor ScaleLoss(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return _lossScaleFactor is { } scale ? loss * scale : loss;
    }

    /// <summary>
    /// Ends training: where an average of the variables is kept, it takes their place. Python:
    /// <c>optimizer.finalize_variable_values</c>.
    /// </summary>
    public virtual void FinalizeVariables()
    {
        using TensorScope scope = new();
        foreach ((Variable variable, Variable average) in Averages)
            variable.Assign(average.Value);
    }

    /// <summary>
    /// Changes one variable, inside a scope of the caller that disposes intermediate results. Python: <c>update_step</c>.
    /// </summary>
    /// <param name="variable">The variable.</param>
    /// <param name="gradient">Its gradient, of its shape and dtype, clipped.</param>
    /// <param name="step">The learning rate and the number of the step.</param>
    protected abstract void Update(Variable variable, Tensor gradient, OptimizerStep step);

    /// <summary>
    /// Changes one variable by a sparse gradient whose rows differ; override it where rows that have no gradient stay as they are, which
    /// saves a tensor of the variable's size.
    /// </summary>
    /// <param name="variable">The variable.</param>
    /// <param name="gradient">The rows, each at most once.</param>
    /// <param name="step">The learning rate and the number of the step.</param>
    protected virtual void Update(Variable variable, IndexedSlices gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        Tensor dense = gradient.ToTensor();
        dense.RefineShape(variable.Shape);
        Update(variable, dense, step);
    }

    /// <summary>What happens once in a step, before the variables change.</summary>
    /// <param name="variables">The variables that have a gradient.</param>
    /// <param name="step">The learning rate and the number of the step.</param>
    protected virtual void BeforeUpdates(IReadOnlyList<Variable> variables, OptimizerStep step)
    {
    }

    /// <summary>Takes a part of each variable away. Override it for another part.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="weightDecay">The part, which is multiplied by the learning rate.</param>
    /// <param name="step">The learning rate.</param>
    private protected static void TakeAway(Variable variable, double weightDecay, OptimizerStep step) =>
        variable.AssignSub(variable * weightDecay * step.LearningRate(variable.DType));

    /// <summary>The weight decay of a variable; null: none.</summary>
    private protected virtual double? WeightDecayOf(Variable variable) => _weightDecay is { } decay ? Cast(decay) : null;

    /// <summary>The learning rate of the step in a dtype.</summary>
    internal Tensor RateOf(DType dtype)
    {
        if (Schedule is not null)
            return Schedule.Call(_iterations!.Value, dtype);
        Tensor rate = _rate!.Value;
        rate = rate.DType == dtype ? rate : RawOps.Cast(rate, dtype);
        return _isLegacy && _decay > 0 && UsesDecay ? rate / (1 + ((float)_decay * RawOps.Cast(_iterations!.Value, dtype))) : rate;
    }

    /// <summary>The number of the step, from 1, in a dtype.</summary>
    internal Tensor CountOf(DType dtype)
    {
        Tensor done = _iterations!.Value;
        if (_accumulationSteps is { } steps)
            done = RawOps.FloorDiv(done, Tensor.Scalar((long)steps));
        return RawOps.Cast(done, dtype) + 1;
    }

    /// <summary>Whether <see cref="Decay"/> lowers the learning rate, as in all but Nadam.</summary>
    private protected virtual bool UsesDecay => true;

    private void Step(IReadOnlyList<VariableGradient> gradients)
    {
        IReadOnlyList<VariableGradient> clipped = Clip(gradients);
        OptimizerStep step = new(this);
        foreach (VariableGradient gradient in clipped)
        {
            if (WeightDecayOf(gradient.Variable) is { } decay && Decays(gradient.Variable))
                TakeAway(gradient.Variable, decay, step);
        }

        BeforeUpdates([.. clipped.Select(gradient => gradient.Variable)], step);
        foreach (VariableGradient gradient in clipped)
        {
            if (gradient.Slices is { } slices)
                Update(gradient.Variable, VariableGradient.WithoutRepeats(slices), step);
            else
                Update(gradient.Variable, gradient.Dense!, step);
        }
    }

    private IReadOnlyList<VariableGradient> Clip(IReadOnlyList<VariableGradient> gradients)
    {
        if (_clipNorm > 0)
            return [.. gradients.Select(gradient => gradient.With(values => Tf.ClipByNorm(values, _clipNorm.Value)))];
        if (_clipValue > 0)
            return [.. gradients.Select(gradient => gradient.With(values => Tf.ClipByValue(values, -_clipValue.Value, _clipValue.Value)))];
        if (!(_globalClipNorm > 0))
            return gradients;
        (Tensor[] clipped, _) = Tf.ClipByGlobalNorm([.. gradients.Select(gradient => gradient.Values)], _globalClipNorm.Value);
        return [.. gradients.Select((gradient, i) => gradient.With(_ => clipped[i]))];
    }

    private void Accumulate(IReadOnlyList<VariableGradient> gradients, int steps)
    {
        Tensor isStep = RawOps.Equal(RawOps.FloorMod(_iterations!.Value + 1, Tensor.Scalar((long)steps)), Tensor.Scalar(0L));
        Tf.Cond(
            isStep,
            () =>
            {
                Step([.. gradients.Select(gradient => gradient.With(values => (values + Accumulator(gradient)) / steps))]);
                foreach (VariableGradient gradient in gradients)
                    Accumulator(gradient).Assign(Tensor.Zeros(gradient.Variable.Shape, gradient.Variable.DType));
                return [Tensor.Scalar(true)];
            },
            () =>
            {
                foreach (VariableGradient gradient in gradients)
                    Accumulator(gradient).AssignAdd(gradient.Dense!);
                return [Tensor.Scalar(true)];
            });

        Variable Accumulator(VariableGradient gradient) => Slot(gradient.Variable, "gradient_accumulator");
    }

    /// <summary>The variables with their moving averages; empty where none are kept, or before the first step.</summary>
    internal IReadOnlyList<(Variable Variable, Variable Average)> Averages =>
        _useEma && _trained is not null ? [.. _trained.Select(variable => (variable, Slot(variable, "average")))] : [];

    private void UpdateAverages(IReadOnlyList<Variable> variables)
    {
        bool isKeras3 = Generation == KerasGeneration.Keras3;
        Tensor count = CountOf(DType.Float64);
        IReadOnlyList<Variable> averaged = isKeras3 ? [.. _trained!] : variables;
        foreach (Variable variable in averaged)
        {
            Variable average = Slot(variable, "average");
            // Keras 3 begins with the value after the first step, Keras 2 with the one before it.
            Tensor momentum = isKeras3
                ? RawOps.Cast(count > 1, variable.DType) * _emaMomentum
                : Tensor.Scalar(_emaMomentum, variable.DType);
            average.Assign((momentum * average) + ((1 - momentum) * variable));
        }

        if (_emaOverwriteFrequency is not { } frequency)
            return;
        Tensor overwrites = RawOps.Equal(RawOps.FloorMod(count, Tensor.Scalar(frequency, DType.Float64)), Tensor.Scalar(0, DType.Float64));
        Tf.Cond(
            overwrites,
            () =>
            {
                foreach (Variable variable in averaged)
                    variable.Assign(Slot(variable, "average").Value);
                return [Tensor.Scalar(true)];
            },
            () => [Tensor.Scalar(false)]);
    }
}
