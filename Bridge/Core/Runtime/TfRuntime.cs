using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;
using TfLbfgs.Native.Loading;

namespace TfLbfgs.Runtime;

/// <summary>
/// The process's TensorFlow: the loaded library and its one eager context. It starts by itself with default options at the first use;
/// <see cref="Initialize"/> starts it with others. Thread-safe. Python: what <c>import tensorflow</c> and <c>tf.config</c> do.
/// </summary>
public static class TfRuntime
{
    private static readonly Lock Gate = new();
    private static ContextHandle? _context;
    private static RuntimeOptions? _options;
    private static IReadOnlyList<DeviceInfo>? _devices;
    private const string TaskAlone = "/job:localhost/replica:0/task:0";
    private static volatile string _task = TaskAlone;

    /// <summary>True once the library is loaded and the context made.</summary>
    public static bool IsInitialized => Volatile.Read(ref _context) is not null;

    /// <summary>The options in force; default ones before the start.</summary>
    public static RuntimeOptions Options => _options ?? new RuntimeOptions();

    /// <summary>The version of the native library, such as <c>2.21.0</c>. Loads the library. Python: <c>tf.__version__</c>.</summary>
    public static string Version
    {
        get
        {
            _ = Context;
            return Marshal.PtrToStringUTF8(CApi.TF_Version()) ?? "";
        }
    }

    /// <summary>
    /// The devices of the context, those of this process first, CPU before GPU. Python: <c>tf.config.list_logical_devices()</c>.
    /// </summary>
    public static IReadOnlyList<DeviceInfo> Devices
    {
        get
        {
            ContextHandle context = Context;
            lock (Gate)
                return _devices ??= ListDevices(context);
        }
    }

    /// <summary>The name of this process, with which those of its devices begin; another one within a cluster.</summary>
    public static string Task => _task;

    /// <summary>
    /// Drops the kernels that TensorFlow keeps for later calls of the same ops; the next call makes new ones, whose state begins anew, as
    /// that of
    /// random sequences. Harmless while other threads run ops.
    /// </summary>
    internal static void ForgetKernels() => EagerApi.TFE_ContextClearCaches(Context);

    /// <summary>The placement policy of the calling thread.</summary>
    internal static PlacementPolicy CurrentPlacement => PlacementScope.Current ?? Options.Placement;

    /// <summary>The eager context; made on first use.</summary>
    internal static ContextHandle Context => Volatile.Read(ref _context) ?? Start(null);

    /// <summary>Loads the native library and makes the context.</summary>
    /// <param name="options">The options; see <see cref="RuntimeOptions"/>.</param>
    /// <exception cref="TfLbfgsException">The runtime runs already with other options, or the options are not valid.</exception>
    public static void Initialize(RuntimeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Start(options);
    }

    /// <summary>
    /// Sets the placement policy of the calling thread until the returned scope is disposed, which must happen on the same thread.
    /// A function call copies its arguments regardless of the policy; <c>TransferGuard</c> watches those.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <returns>The scope.</returns>
    public static IDisposable UsePlacement(PlacementPolicy policy) => new PlacementScope(policy);

    /// <summary>
    /// Loads a library with ops and kernels of your own. <c>RawOp.Execute</c> executes them, and a gradient rule for one is registered with
    /// <c>GradientRegistry.Register</c>. It stays loaded until the process ends.
    /// Python: <c>tf.load_op_library</c>.
    /// </summary>
    /// <param name="path">The shared library, built against this version of TensorFlow.</param>
    /// <exception cref="TfLbfgsException">The file does not exist, or cannot be loaded.</exception>
    public static void LoadOpLibrary(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new TfLbfgsException(
                $"TfRuntime.LoadOpLibrary: expected the path of a shared library, received '{path}', where there is no file.");
        _ = Context;
        StatusHandle status = StatusHandle.OfThread;
        nint library = CApi.TF_LoadLibrary(Path.GetFullPath(path), status);
        Status.Check(status, "TF_LoadLibrary", () => path);
        // Frees the handle alone: the code stays.
        CApi.TF_DeleteLibraryHandle(library);
    }

    /// <summary>Loads the library without making the context, for a process that only serves.</summary>
    /// <returns>The version of the library.</returns>
    internal static string LoadOnly(RuntimeOptions options)
    {
        lock (Gate)
        {
            if (_context is null)
                LoadLibrary(options);
        }

        return Marshal.PtrToStringUTF8(CApi.TF_Version()) ?? "";
    }

    /// <summary>Whether a device is one of this process.</summary>
    /// <param name="device">Its full name.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsLocal(string device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.StartsWith(_task + "/", StringComparison.Ordinal);
    }

    /// <summary>The name of a device, with that of this process in place of the one that it has without a cluster.</summary>
    internal static string NameInCluster(string device) =>
        device.StartsWith(TaskAlone + "/", StringComparison.Ordinal) ? _task + device[TaskAlone.Length..] : device;

    /// <summary>Takes the name that a cluster gave this process, and lists the devices anew.</summary>
    internal static void Join(string task)
    {
        lock (Gate)
        {
            _task = task;
            _devices = null;
            EagerTensorHandle.MayBeRemote = true;
        }
    }

    private static ContextHandle Start(RuntimeOptions? options)
    {
        lock (Gate)
        {
            if (_context is not null)
            {
                if (options is not null && options != _options)
                {
                    throw new TfLbfgsException(
                        $"TensorFlow runs already with {_options}; received {options}. Call TfRuntime.Initialize once, before the first "
                            + "tensor is made.");
                }

                return _context;
            }

            options ??= new RuntimeOptions();
            LoadLibrary(options);
            _options = options;
            ContextHandle context = NewContext(options);
            Volatile.Write(ref _context, context);
            return context;
        }
    }

    private static void LoadLibrary(RuntimeOptions options)
    {
        // A native call before the context, such as making a status, loads the library with default options; then these have nothing to
        // add.
        if (options != new RuntimeOptions())
        {
            Dictionary<string, string?> variables = [];
            if (options.OneDnn is { } oneDnn)
                variables["TF_ENABLE_ONEDNN_OPTS"] = oneDnn ? "1" : "0";
            NativeLoader.Configure(
                new NativeLoadOptions { LibraryPath = options.LibraryPath, ShowProgress = options.ReportUnpacking, Variables = variables });
        }

        NativeLoader.Load();
    }

    private static unsafe ContextHandle NewContext(RuntimeOptions options)
    {
        StatusHandle status = StatusHandle.OfThread;
        using ContextOptionsHandle contextOptions = new(EagerApi.TFE_NewContextOptions());
        byte[] config = ContextConfig.Serialize(options);
        if (config.Length > 0)
        {
            fixed (byte* proto = config)
                EagerApi.TFE_ContextOptionsSetConfig(contextOptions, proto, (nuint)config.Length, status);
            Status.Check(status, "TFE_ContextOptionsSetConfig");
        }

        EagerApi.TFE_ContextOptionsSetDevicePlacementPolicy(contextOptions, (int)options.Placement);
        nint context = EagerApi.TFE_NewContext(contextOptions, status);
        Status.Check(status, "TFE_NewContext");
        return new ContextHandle(context);
    }

    private static List<DeviceInfo> ListDevices(ContextHandle context)
    {
        StatusHandle status = StatusHandle.OfThread;
        using DeviceListHandle list = new(EagerApi.TFE_ContextListDevices(context, status));
        Status.Check(status, "TFE_ContextListDevices");
        List<DeviceInfo> devices = [];
        for (int i = 0; i < CApi.TF_DeviceListCount(list); i++)
        {
            string name = Marshal.PtrToStringUTF8(CApi.TF_DeviceListName(list, i, status)) ?? "";
            string kind = Marshal.PtrToStringUTF8(CApi.TF_DeviceListType(list, i, status)) ?? "";
            devices.Add(new DeviceInfo(name, kind, CApi.TF_DeviceListMemoryBytes(list, i, status)));
        }

        return [.. devices.OrderByDescending(device => IsLocal(device.Name))];
    }

    private sealed class PlacementScope : IDisposable
    {
        [ThreadStatic]
        private static PlacementPolicy? _current;

        private readonly int _thread = Environment.CurrentManagedThreadId;
        private readonly PlacementPolicy? _former = _current;
        private bool _disposed;

        public static PlacementPolicy? Current => _current;

        public PlacementScope(PlacementPolicy policy) => Set(policy);

        public void Dispose()
        {
            if (_disposed)
                return;
            ThreadAffinity.Check(_thread, "A placement scope");
            _disposed = true;
            Set(_former);
        }

        private static void Set(PlacementPolicy? policy)
        {
            EagerApi.TFE_ContextSetThreadLocalDevicePlacementPolicy(Context, (int)(policy ?? Options.Placement));
            _current = policy;
        }
    }
}
