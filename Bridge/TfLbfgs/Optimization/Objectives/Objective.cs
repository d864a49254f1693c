using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// What is minimized: a scalar loss of a parameter vector with its gradient. Evaluated inside a trace, so it must be written with tensor
/// operations and read no values. It writes to no model;
/// <see cref="Adopt"/> does, once, at the end. Python: the callable that <c>tfp.optimizer.lbfgs_minimize</c> takes.
/// </summary>
public abstract class Objective
{
    /// <summary>The number of parameters.</summary>
    public abstract long Count { get; }

    /// <summary>The dtype of the parameters, loss and gradient: float32 or float64.</summary>
    public abstract DType DType { get; }

    /// <summary>
    /// How variables lie in the vector, where it is made of variables; null (default): it is one vector without parts. Reports by variable
    /// need it, and a saved state remembers it.
    /// </summary>
    public virtual ParameterLayout? Layout => null;

    /// <summary>
    /// Tensors that each evaluation takes as inputs, such as the training data; borrowed by the minimizer. Others of the same shapes do not
    /// trace again.
    /// </summary>
    public virtual IReadOnlyList<Tensor> Data => [];

    /// <summary>
    /// The named parts of the loss, which its code states: <c>Terms["pde"] = residual;</c>; null: the objective has none.
    /// </summary>
    public virtual LossTerms? Terms { get; } = new();

    /// <summary>
    /// Whether an evaluation runs C# code each time, such as code that reads files, so that it cannot be part of a trace: a minimizer then
    /// calls it with tensors that have values. Default false.
    /// </summary>
    public virtual bool IsHostDriven => false;

    /// <summary>Where the minimization starts when nothing else is said.</summary>
    /// <returns>The vector, shape [n], owned by the caller.</returns>
    public abstract Tensor InitialPosition();

    /// <summary>Computes loss and gradient.</summary>
    /// <param name="position">The parameters, shape [n].</param>
    /// <param name="data">As many tensors as <see cref="Data"/> has, in its order.</param>
    /// <returns>The loss, shape [], and its gradient, shape [n], of the position's dtype; owned by the caller.</returns>
    public abstract (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data);

    /// <summary>Takes over the result: called once with the best point, also when the minimization failed or was cancelled.</summary>
    /// <param name="position">The parameters, shape [n]; borrowed.</param>
    public virtual void Adopt(Tensor position)
    {
    }

    /// <summary>
    /// Computes the loss for the sake of its <see cref="Terms"/>, traced like <see cref="Evaluate"/>; by default with its gradient.
    /// </summary>
    /// <param name="position">The parameters, shape [n].</param>
    /// <param name="data">As many tensors as <see cref="Data"/> has, in its order.</param>
    protected internal virtual void EvaluateTerms(Tensor position, IReadOnlyList<Tensor> data) => Evaluate(position, data);

    /// <summary>
    /// Computes loss and gradient, and numbers that a minimizer reads together with its own, in the same read, and passes to
    /// <see cref="OnMeasured"/>: such as the times of devices. Traced like <see cref="Evaluate"/>; by default without such numbers.
    /// </summary>
    /// <param name="position">The parameters, shape [n].</param>
    /// <param name="data">As many tensors as <see cref="Data"/> has, in its order.</param>
    /// <returns>The loss, shape [], its gradient, shape [n], and the numbers, float64, shape [k], where the position is, or null; owned by
    /// the caller.</returns>
    protected internal virtual (Tensor Loss, Tensor Gradient, Tensor? Readings) EvaluateMeasured(Tensor position,
        IReadOnlyList<Tensor> data)
    {
        (Tensor loss, Tensor gradient) = Evaluate(position, data);
        return (loss, gradient, null);
    }

    /// <summary>
    /// Receives the numbers of <see cref="EvaluateMeasured"/>, before <see cref="OnEvaluated"/>, on the thread that minimizes. Default:
    /// where the time went is unknown.
    /// </summary>
    /// <param name="readings">The numbers, at least one.</param>
    /// <returns>Where the time of the evaluation went; null: unknown.</returns>
    protected internal virtual EvaluationSeconds? OnMeasured(ReadOnlySpan<double> readings) => null;

    /// <summary>
    /// Whether an evaluation uses several devices: a minimizer then never compiles it as one program, and computes directions apart from
    /// it, so that an evaluation can be repeated. Default false.
    /// </summary>
    public virtual bool UsesSeveralDevices => false;

    /// <summary>
    /// Called for every evaluation by a minimizer, trials of line searches included, on the thread that minimizes; does nothing by default.
    /// </summary>
    /// <param name="loss">The loss that was found.</param>
    protected internal virtual void OnEvaluated(double loss)
    {
    }

    /// <summary>
    /// Called when TensorFlow failed in an evaluation, on the thread that minimizes: makes it possible to repeat the evaluation, such as by
    /// restoring the data of a device, or says that it is not. Only where
    /// <see cref="UsesSeveralDevices"/>. After true the minimizer takes <see cref="Data"/> anew, traces anew and evaluates again. Default:
    /// false.
    /// </summary>
    /// <param name="failure">What TensorFlow said.</param>
    /// <param name="attempt">How often the evaluation was repeated before, from 0.</param>
    /// <returns>Whether the evaluation is repeated; else the failure ends the run.</returns>
    protected internal virtual bool Recover(TfStatusException failure, int attempt) => false;
}
