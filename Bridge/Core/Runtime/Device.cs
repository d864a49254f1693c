namespace TfLbfgs.Runtime;

/// <summary>
/// The device on which the calling thread's ops run. Python: <c>tf.device</c>.
/// </summary>
public static class Device
{
    [ThreadStatic]
    private static string? _current;

    /// <summary>
    /// The full name of the device that the innermost <see cref="Use"/> of this thread chose; null when TensorFlow chooses.
    /// </summary>
    public static string? Current => _current;

    /// <summary>
    /// Places the ops and new tensors of the calling thread on a device until the returned scope is disposed, which must happen on the same
    /// thread.
    /// </summary>
    /// <param name="name">Such as <c>/CPU:1</c>, <c>GPU:0</c> or a full name.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="TfLbfgsException">The context has no such device; the message lists those it has.</exception>
    public static IDisposable Use(string name) => new DeviceScope(FullName(name));

    /// <summary>Finds the full name of a device.</summary>
    /// <param name="name">Such as <c>/CPU:1</c>, <c>GPU:0</c> or a full name.</param>
    /// <returns>The full name, such as <c>/job:localhost/replica:0/task:0/device:CPU:1</c>.</returns>
    /// <exception cref="TfLbfgsException">The context has no such device; the message lists those it has.</exception>
    public static string FullName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string shortName = name.TrimStart('/');
        if (shortName.StartsWith("device:", StringComparison.OrdinalIgnoreCase))
            shortName = shortName["device:".Length..];
        foreach (DeviceInfo device in TfRuntime.Devices)
        {
            if (string.Equals(device.Name, name, StringComparison.OrdinalIgnoreCase)
                || device.Name.EndsWith("/device:" + shortName, StringComparison.OrdinalIgnoreCase))
                return device.Name;
        }

        throw new TfLbfgsException(
            $"No device '{name}'. Expected one of: {string.Join(", ", TfRuntime.Devices.Select(device => device.Name))}.");
    }

    /// <summary>
    /// The kind of the device that the calling thread's ops run on, such as <c>CPU</c>; where none was chosen, the first GPU or else the
    /// CPU, as TensorFlow has it.
    /// </summary>
    internal static string KindOfCurrent =>
        (_current is { } name
        ? TfRuntime.Devices.FirstOrDefault(device => device.Name == name)
        : TfRuntime.Devices.FirstOrDefault(device => device.Kind == "GPU" && TfRuntime.IsLocal(device.Name)))?.Kind ?? "CPU";

    /// <summary>Sets the current device without looking it up, for what saves and restores it; returns the former one.</summary>
    internal static string? Exchange(string? fullName)
    {
        string? former = _current;
        _current = fullName;
        return former;
    }

    private sealed class DeviceScope : IDisposable
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private readonly string? _former;
        private bool _disposed;

        public DeviceScope(string fullName) => _former = Exchange(fullName);

        public void Dispose()
        {
            if (_disposed)
                return;
            ThreadAffinity.Check(_thread, "A device scope");
            _disposed = true;
            Exchange(_former);
        }
    }
}
